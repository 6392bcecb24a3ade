import { useBackend } from "@bertkit/backend";
import { bertInputs } from "@bertkit/encoder";
import { dispose } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { tinyClassifierModel, tinyEncoderModel } from "../__fixtures__/tiny-model.ts";
import { textClassification } from "./text-classification.ts";

beforeAll(() => tf.setBackend("cpu"));

const texts = ["a good film", "very bad, not good!", "the plot was a zebra"];

describe.each(["single-label", "multi-label", "regression"] as const)("%s", (problem) => {
  test("gives the classifier's scores, the best label first", async () => {
    const model = tinyClassifierModel(problem);
    const results = await textClassification(model)(texts);
    const scores = tf.tidy(() => {
      const logits = model.classifier.predict(bertInputs(model.tokenizer.encodeBatch(texts)));
      return logits.arraySync();
    });
    results.forEach((labels, i) => {
      expect(labels.map(({ score }) => score)).toEqual(labels.map(({ score }) => score).toSorted((a, b) => b - a));
      expect(labels.map(({ score }) => score)).toBeAllClose(scores[i]!.toSorted((a, b) => b - a));
      expect(labels.map(({ label }) => label).toSorted()).toEqual(model.classifier.labels.toSorted());
      expect(labels[0]!.label).toBe(model.classifier.labels[scores[i]!.indexOf(Math.max(...scores[i]!))]);
      const total = labels.reduce((sum, { score }) => sum + score, 0);
      expect(Math.abs(total - 1) < 1e-5).toBe(problem === "single-label");
    });
    dispose(model);
  });
});

test("accepts one text, pairs, and texts longer than the encoder's maximum", async () => {
  const model = tinyClassifierModel();
  const classify = textClassification(model, { topK: 1, batchSize: 1 });
  const [alone] = await classify([texts[0]!]);
  expect(await classify(texts[0]!)).toEqual(alone);
  const [pair, long, cut] = await classify([["a good film", "not bad"], "very ".repeat(99), "very ".repeat(22)]);
  expect(pair).toHaveLength(1);
  expect(long).toEqual(cut);
  dispose(model);
});

test.each(["cpu", "node"] as const)("a maxLength above the encoder's maximum is that, on %s", async (backend) => {
  await useBackend(backend);
  const model = tinyClassifierModel();
  const [long, cut] = ["very ".repeat(99), "very ".repeat(22)];
  const [expected, found] = [
    await textClassification(model)(cut),
    await textClassification(model, { maxLength: 64 })(long),
  ];
  expect(found.map(({ score }) => score)).toBeAllClose(expected.map(({ score }) => score));
  dispose(model);
  await useBackend("cpu");
});

test("leaks no tensors in 50 calls", async () => {
  const model = tinyClassifierModel();
  const classify = textClassification(model);
  const before = tf.memory().numTensors;
  for (let call = 0; call < 50; call++) await classify(texts);
  expect(tf.memory().numTensors).toBe(before);
  dispose(model);
});

test("needs a classifier", () => {
  const model = tinyEncoderModel();
  expect(() => textClassification(model)).toThrow(/no classifier/);
  dispose(model);
});
