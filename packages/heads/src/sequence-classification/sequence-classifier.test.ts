import { bertInputs } from "@bertkit/encoder";
import { type Context, dispose, inference, Rng, variables } from "@bertkit/nn";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";

import { expectGradients } from "../__fixtures__/expect-gradients.ts";
import { tinyEncoder, tinyTokenizer } from "../__fixtures__/tiny-classifier-parts.ts";
import { type ClassificationExample, classificationBatch } from "./classification-batch.ts";
import { classifyTexts, labelsAbove, topLabel } from "./classify-texts.ts";
import type { Problem } from "./problem.ts";
import { SequenceClassifier } from "./sequence-classifier.ts";

const tokenizer = tinyTokenizer();
const inputLength = { lengthMultiple: 8 };

const cases: { problem: Problem; labels: string[]; examples: ClassificationExample[] }[] = [
  {
    problem: "single-label",
    labels: ["negative", "neutral", "positive"],
    examples: [
      { input: "a good film", label: "positive" },
      { input: ["the plot was", "very bad"], label: "negative" },
      { input: "the film", label: "neutral" },
    ],
  },
  {
    problem: "multi-label",
    labels: ["rude", "film", "place"],
    examples: [
      { input: "an awful film", label: ["rude", "film"] },
      { input: "ann lives in paris", label: ["place"] },
      { input: "the", label: [] },
    ],
  },
  {
    problem: "regression",
    labels: ["similarity", "length"],
    examples: [
      { input: ["good", "fine"], label: [0.9, 0.2] },
      { input: ["good", "awful"], label: [0.1, 0.2] },
      { input: ["a very good film", "a very fine film"], label: [1, 0.8] },
    ],
  },
];

beforeEach(async () => {
  await tf.setBackend("cpu");
});

describe.each(cases)("SequenceClassifier, $problem", ({ problem, labels, examples }) => {
  const make = (): SequenceClassifier =>
    new SequenceClassifier({ encoder: tinyEncoder(), labels, problem, rng: new Rng(1), initializerRange: 0.3 });
  const batch = classificationBatch(examples, tokenizer, { labels, problem }, inputLength);

  const mean = (values: number[]): number => values.reduce((total, value) => total + value, 0) / values.length;
  /** The definition of a row's loss, in float64. */
  const expectedLoss = (row: number[], i: number): number => {
    const target = (label: number): number => batch.labels[i * labels.length + label]!;
    if (problem === "single-label")
      return Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[batch.labels[i]!]!;
    if (problem === "multi-label")
      return mean(row.map((x, label) => Math.log(1 + Math.exp(target(label) === 1 ? -x : x))));
    return mean(row.map((x, label) => (x - target(label)) ** 2));
  };

  it("computes its loss from its logits", () => {
    const classifier = make();
    tf.tidy(() => {
      const { loss, metrics } = classifier.loss(batch, inference);
      const logits = classifier.forward(bertInputs(batch), inference);
      expect(logits.shape).toEqual([3, labels.length]);
      const rows = logits.arraySync();
      expect(loss.dataSync()).toBeAllClose([mean(rows.map((row, i) => expectedLoss(row, i)))]);
      expect(Object.keys(metrics)).toEqual(problem === "regression" ? [] : ["accuracy"]);
    });
    dispose(classifier);
  });

  it("has the gradients that finite differences measure", () => {
    const classifier = make();
    expectGradients(classifier, () => classifier.loss(batch, inference).loss);
    dispose(classifier);
  });

  it("learns its examples, and predicts without a leak", async () => {
    const atFirst = tf.memory().numTensors;
    const classifier = make();
    const lossNow = (): number => tf.tidy(() => classifier.loss(batch, inference).loss.dataSync()[0]!);
    const optimizer = adamW({ learningRate: 0.02, weightDecay: 0 });
    const losses = [lossNow()];
    const options = { model: classifier, batches: Array<typeof batch>(150).fill(batch), optimizer, rng: new Rng(2) };
    for await (const { step } of train({
      ...options,
      loss: (rows, context: Context) => classifier.loss(rows, context),
    })) {
      if (step === 1) losses.push(lossNow());
    }
    expect(losses[1]!).toBeLessThan(losses[0]!);
    expect(lossNow()).toBeLessThan(losses[0]! / 10);

    const inputs = examples.map(({ input }) => input);
    const before = tf.memory().numTensors;
    const scores = await classifyTexts(classifier, tokenizer, inputs, inputLength);
    for (let i = 0; i < 50; i++) await classifyTexts(classifier, tokenizer, inputs, { ...inputLength, batchSize: 2 });
    expect(tf.memory().numTensors).toBe(before);
    expect(scores.map((row) => row.map(({ label }) => label))).toEqual([labels, labels, labels]);
    const skipping = await classifyTexts(classifier, tokenizer, inputs, { ...inputLength, skipPadding: true });
    expect(skipping.flat().map(({ score }) => score)).toBeAllClose(scores.flat().map(({ score }) => score));
    if (problem === "single-label")
      expect(scores.map((row) => topLabel(row).label)).toEqual(examples.map(({ label }) => label));
    if (problem === "multi-label")
      expect(scores.map((row) => labelsAbove(row).map(({ label }) => label))).toEqual(
        examples.map(({ label }) => label),
      );
    if (problem === "regression") {
      examples.forEach(({ label }, i) =>
        expect(scores[i]!.map(({ score }) => score)).toBeAllClose(label as number[], { absolute: 0.3 }),
      );
    }
    optimizer.dispose();
    dispose(classifier);
    expect(tf.memory().numTensors).toBe(atFirst);
  });
});

describe("SequenceClassifier", () => {
  it("applies dropout only in training", () => {
    const classifier = new SequenceClassifier({ encoder: tinyEncoder(), labels: ["a", "b"], rng: new Rng(1) });
    tf.tidy(() => {
      const inputs = { inputIds: tf.tensor2d([2, 6, 3], [1, 3], "int32") };
      const logits = (context: Context): number[] => Array.from(classifier.forward(inputs, context).dataSync());
      expect(logits(inference)).toEqual(logits(inference));
      expect(logits({ training: true, rng: new Rng(5) })).toEqual(logits({ training: true, rng: new Rng(5) }));
      expect(logits({ training: true, rng: new Rng(5) })).not.toEqual(logits(inference));
    });
    expect([...variables(classifier).keys()].slice(-2)).toEqual(["dense.kernel", "dense.bias"]);
    dispose(classifier);
  });

  it("reports what is wrong", () => {
    const encoder = tinyEncoder(0, { pooler: false });
    expect(() => new SequenceClassifier({ encoder, labels: ["a"], rng: new Rng(1) })).toThrow(
      /SequenceClassifier: .*the encoder has no pooler/,
    );
    // A custom encoder need not say that it has none; then the first forward pass throws.
    const silent = { hiddenSize: encoder.hiddenSize, forward: encoder.forward.bind(encoder) };
    const classifier = new SequenceClassifier({ encoder: silent, labels: ["a"], rng: new Rng(1) });
    expect(() => classifier.predict({ inputIds: tf.tensor2d([2, 3], [1, 2], "int32") })).toThrow(
      /the encoder has no pooler/,
    );
    expect(() => new SequenceClassifier({ encoder, labels: ["a", "a"], rng: new Rng(1) })).toThrow(
      /labels must differ, got "a" twice/,
    );
    expect(() => new SequenceClassifier({ encoder, labels: [], rng: new Rng(1) })).toThrow(/needs at least one label/);
    dispose([encoder, classifier]);
  });
});
