import { element } from "./element.ts";
import type { Answer } from "./task.ts";

/** Candidates as an ordered list, each with its score as a number and a bar. */
export function answerList({ heading, candidates }: Answer): HTMLElement {
  const items = candidates.map(({ name, score }) => {
    const bar = element("span", { className: "bar" });
    bar.style.setProperty("--fraction", String(Math.min(Math.max(score, 0), 1)));
    const isFraction = score >= 0 && score <= 1;
    const shown = isFraction ? `${(100 * score).toFixed(1)} %` : score.toPrecision(4);
    return element(
      "li",
      {},
      element("bdi", { className: "name" }, name),
      element("span", { className: "score" }, shown),
      bar,
    );
  });
  return element("section", {}, element("h3", {}, heading), element("ol", {}, ...items));
}
