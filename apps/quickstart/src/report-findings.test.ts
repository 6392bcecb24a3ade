import { describe, expect, it } from "vitest";

import { recipes } from "./recipe.ts";
import { reportHtml } from "./report.ts";
import type { Results } from "./results.ts";

const ratio = (value: number) => ({ value, standardError: 0.004 });
const task = (accuracy: number, loss: number) => ({
  predictions: 10,
  correct: 3,
  accuracy: ratio(accuracy),
  loss: ratio(loss),
  instances: [],
});
const draws = (accuracy: number) => [0, 0.01].map((more) => ({ accuracy: accuracy + more, f1: 0.5, rocAuc: 0.5 }));

function results(nextSentence: number): Results {
  return {
    recipe: recipes.default,
    seed: 0,
    backend: "node",
    parameters: 1_503_746,
    corpus: {
      name: "documents of <b>2</b> files & more",
      documents: 12,
      sentences: 300,
      tokens: 4000,
      heldOut: "the last 10 %",
      mails: undefined,
    },
    pretrained: {
      step: 3,
      seconds: 61,
      curve: [1, 2, 3].map((step) => ({
        step,
        loss: 9 / step,
        maskedLmLoss: 8 / step,
        maskedLmAccuracy: step / 10,
        nextSentenceAccuracy: 0.5,
      })),
    },
    evaluation: { maskedLm: task(0.3, 4.2), nextSentence: task(nextSentence, 0.7) },
    unigram: { accuracy: 0.034, loss: 6.9 },
    majorityNext: 0.54,
    filled: [
      {
        sentence: '<script>alert("1")</script> [MASK]',
        answer: "a&b",
        candidates: [{ token: "<i>", score: 0.625 }],
      },
    ],
    further: undefined,
    fineTuned: [
      { mode: "encoder frozen", start: "pretrained", draws: draws(0.9) },
      { mode: "encoder frozen", start: "random weights", draws: draws(0.6) },
      { mode: "everything tuned", start: "pretrained", draws: draws(0.92) },
      { mode: "everything tuned", start: "random weights", draws: draws(0.9) },
    ],
    seconds: 125,
  };
}

describe("reportHtml", () => {
  it("escapes all text that comes from outside", () => {
    const html = reportHtml(results(0.54));
    expect(html).not.toMatch(/<script|<i>|<b>|a&b/);
    expect(html).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; [MASK]");
    expect(html).toContain("documents of &lt;b&gt;2&lt;/b&gt; files &amp; more");
    expect(html).not.toMatch(/NaN|undefined|(src|href)=/);
  });

  it("shows masks as bars as long as their probability, and says what it found", () => {
    const html = reportHtml(results(0.54));
    expect(html).toContain('<span class="bar" style="width:62.5%"></span>');
    expect(html).toContain("With the encoder frozen, pretraining pays: 90.5 % of the held-out mails");
    expect(html).toContain("It does not tell the next sentence from a random one yet");
    expect(reportHtml(results(0.65))).toContain("It tells the next sentence from a random one 65.00 % ± 0.40");
  });
});
