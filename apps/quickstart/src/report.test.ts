import { expect, test } from "vitest";

import { curvesSvg, reportHtml } from "./report.ts";
import type { Results } from "./results.ts";

const malicious = `</td></table><script>alert(1)</script><img src=x onerror='alert(2)'>"&\x1b[31m`;
const value = { value: 1, standardError: 0.1 };
const plan = { steps: 10, batchSize: 2, sequenceLength: 8 };
const curve = [0, 1].map((step) => ({ step, maskedLmLoss: 2, maskedLmAccuracy: 0.5, nextSentenceAccuracy: 0.5 }));
const scores = { accuracy: 0.5, f1: 0.5, rocAuc: 0.5 };

/** The results of a run, with malicious text in every text that comes from a recipe, a corpus or a model. */
const results = {
  recipe: {
    name: malicious,
    model: { hiddenLayers: 1, hiddenSize: 8 },
    pretraining: plan,
    furtherPretraining: plan,
    fineTuning: { draws: 1, trainingMails: 2, evaluationMails: 2, length: 8 },
  },
  seed: 1,
  backend: malicious,
  parameters: 100,
  corpus: { name: malicious, documents: 1, sentences: 1, tokens: 1, heldOut: malicious },
  pretrained: { step: 10, seconds: 60, curve },
  evaluation: { maskedLm: { loss: value, accuracy: value }, nextSentence: { accuracy: value } },
  unigram: { loss: 3, accuracy: 0.1 },
  majorityNext: 0.5,
  filled: [{ sentence: malicious, answer: malicious, candidates: [{ token: malicious, score: 0.5 }] }],
  further: { mails: 1, tokens: 1, pretrained: { step: 10, seconds: 60, curve } },
  fineTuned: [
    { mode: malicious, start: "random weights", draws: [scores] },
    { mode: "encoder frozen", start: malicious, draws: [scores] },
    { mode: "encoder frozen", start: "random weights", draws: [scores] },
  ],
  seconds: 60,
} as unknown as Results;

test("no text of a report becomes markup", () => {
  const page = reportHtml(results);
  expect(page.match(/&lt;script&gt;/g)!.length).toBeGreaterThanOrEqual(6);
  for (const text of [page, curvesSvg(results)]) {
    expect(text).not.toMatch(/<script|<img|onerror='/);
    expect(text).not.toContain("\x1b");
    const tags = new Set([...text.matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map(([, name]) => name!));
    const known =
      "body code div h1 h2 head html line meta p polyline pre rect span style svg table td text th title tr".split(" ");
    expect([...tags].filter((tag) => !known.includes(tag))).toEqual([]);
  }
});
