import { expect, it } from "vitest";
import type { ClassificationExample } from "@bertkit/heads";
import { Rng } from "@bertkit/nn";

import { bagOfWords } from "./bag-of-words.ts";
import { comparison, evaluationOf } from "./evaluate.ts";

const labels = ["rain", "sun", "never"];

/** Random words; "wet" and "bright" predict the labels. */
function examples(count: number, rng: Rng): ClassificationExample[] {
  const noise = ["the", "day", "was", "a", "very", "long", "one"];
  return Array.from({ length: count }, () => {
    const label = ["rain", "sun"].filter(() => rng.random() < 0.4);
    const telling = [...(label.includes("rain") ? ["Wet"] : []), ...(label.includes("sun") ? ["BRIGHT"] : [])];
    const words = [...Array.from({ length: 6 }, () => noise[rng.integer(0, 6)]!), ...telling];
    rng.shuffle(words);
    return { input: words.join(" "), label };
  });
}

it("learns which words predict each of several labels", async () => {
  const rng = new Rng(0);
  const [training, heldOut] = [examples(300, rng), examples(200, rng)];
  const scores = await bagOfWords(labels, training, heldOut, 1);
  expect(scores).toHaveLength(600);
  const { labels: byLabel } = evaluationOf(scores, heldOut, labels);
  expect(byLabel[0]!.rocAuc).toBe(1);
  expect(byLabel[1]!.rocAuc).toBe(1);
  expect(byLabel[2]!.rocAuc).toBeUndefined();
  heldOut.forEach(({ label }, row) => {
    const predicted = labels.filter((_, i) => scores[3 * row + i]! > 0.5);
    expect(predicted).toEqual(label);
  });
  expect(await bagOfWords(labels, training, heldOut, 1)).toEqual(scores);
});

it("is at chance if words predict nothing, and gives a comment without known words the label frequencies", async () => {
  const rng = new Rng(2);
  const shuffled = examples(400, rng).map((example, i, all) => ({ ...example, label: all[(i + 7) % 400]!.label }));
  const [training, heldOut] = [shuffled.slice(0, 200), shuffled.slice(200)];
  const { macroRocAuc } = evaluationOf(await bagOfWords(labels, training, heldOut, 2), heldOut, labels);
  expect(Math.abs(macroRocAuc! - 0.5)).toBeLessThan(0.15);
  const [rain, , never] = await bagOfWords(labels, training, [{ input: "?!", label: [] }], 2);
  expect(Math.abs(rain! - 0.4)).toBeLessThan(0.25);
  expect(never).toBeLessThan(rain! / 2);
});

it("reports in one line which is better", () => {
  const evaluation = (macroRocAuc: number | undefined) => ({ labels: [], loss: 0, macroRocAuc });
  expect(comparison(evaluation(0.75), evaluation(0.7))).toMatch(
    /^mean ROC-AUC 0\.7500: 0\.0500 ahead of .*\(0\.7000\)$/,
  );
  expect(comparison(evaluation(0.5), evaluation(0.7))).toMatch(/0\.2000 behind a bag of words/);
  expect(comparison(evaluation(undefined), evaluation(undefined))).toBe(
    "no ROC-AUC: each label is on all held-out comments or on none. Use more comments, or hold out more with --held-out.",
  );
});
