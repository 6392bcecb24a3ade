import { dispose, inference, Rng } from "@bertkit/nn";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, expect, it } from "vitest";
import { expectGradients } from "../__fixtures__/expect-gradients.ts";
import { tinyEncoder, tinyTokenizer } from "../__fixtures__/tiny-classifier-parts.ts";
import type { ClassLossOptions } from "../class-loss.ts";
import type { Problem } from "../sequence-classification/problem.ts";
import { SequenceClassifier } from "../sequence-classification/sequence-classifier.ts";
import { CrossEncoder } from "./cross-encoder.ts";
import { rankDocuments } from "./rank-documents.ts";
import { rankingBatch, type RankingExample } from "./ranking-batch.ts";

beforeEach(async () => {
  await tf.setBackend("cpu");
});

const tokenizer = tinyTokenizer();
const examples: RankingExample[] = [
  { query: "ann lives", documents: ["ann lives in paris", "the film was bad"], relevance: [1, 0] },
  { query: "awful film", documents: ["bob works", "the film was awful", "the film was bad"], relevance: [0, 1, 0.5] },
];
const options = { lengthMultiple: 8 };
const make = (
  objective?: "binary" | "listwise",
  labels: string[] = ["relevance"],
  classLoss: ClassLossOptions = {},
  problem: Problem = "multi-label",
): CrossEncoder => {
  const rng = new Rng(1);
  const classifier = new SequenceClassifier({
    encoder: tinyEncoder(),
    labels,
    problem,
    classLoss,
    rng,
    initializerRange: 0.3,
  });
  return new CrossEncoder({ classifier, ...(objective && { objective }) });
};
const logitsOf = (model: CrossEncoder, batch: ReturnType<typeof rankingBatch>): number[] =>
  tf.tidy(() =>
    Array.from(
      model
        .forward(
          {
            inputIds: tf.tensor2d(batch.inputIds, [...batch.shape], "int32"),
            attentionMask: tf.tensor2d(batch.attentionMask, [...batch.shape], "int32"),
            tokenTypeIds: tf.tensor2d(batch.tokenTypeIds, [...batch.shape], "int32"),
          },
          inference,
        )
        .dataSync(),
    ),
  );

it("has the loss of a sigmoid for each document", () => {
  const model = make();
  const batch = rankingBatch(examples, tokenizer, options);
  const logits = logitsOf(model, batch);
  const relevance = [1, 0, 0, 1, 0.5];
  const losses = logits.map((x, i) => Math.log(1 + Math.exp(-x)) + (1 - relevance[i]!) * x);
  tf.tidy(() => {
    const { loss, metrics } = model.loss(batch, inference);
    expect(loss.dataSync()).toBeAllClose([losses.reduce((sum, each) => sum + each, 0) / 5]);
    const hits = logits.filter((x, i) => x > 0 === relevance[i]! > 0.5).length;
    expect(metrics["accuracy"]!.dataSync()).toBeAllClose([hits / 5]);
  });
  dispose(model);
});

const focal = (loss: number): number => (1 - Math.exp(-loss)) ** 2 * loss;
it.each<[ClassLossOptions, (holds: number, not: number, y: number) => number]>([
  [{ classWeights: [10] }, (holds, not, y) => 10 * y * holds + (1 - y) * not],
  [{ focalGamma: 2 }, (holds, not, y) => y * focal(holds) + (1 - y) * focal(not)],
  [{ classWeights: [10], focalGamma: 2 }, (holds, not, y) => 10 * y * focal(holds) + (1 - y) * focal(not)],
  [{ labelSmoothing: 0.2 }, (holds, not, y) => (0.8 * y + 0.1) * holds + (0.9 - 0.8 * y) * not],
])("has the loss of the classifier's classLoss %j", (classLoss, lossOf) => {
  const model = make("binary", ["relevance"], classLoss);
  const batch = rankingBatch(examples, tokenizer, options);
  const losses = logitsOf(model, batch).map((x, i) =>
    lossOf(Math.log(1 + Math.exp(-x)), Math.log(1 + Math.exp(x)), [1, 0, 0, 1, 0.5][i]!),
  );
  tf.tidy(() => {
    expect(model.loss(batch, inference).loss.dataSync()).toBeAllClose([
      losses.reduce((sum, each) => sum + each, 0) / 5,
    ]);
  });
  expectGradients(model, () => model.loss(batch, inference).loss);
  dispose(model);
});

it("has the loss of a softmax over each query's documents", () => {
  const model = make("listwise");
  const batch = rankingBatch(examples, tokenizer, options);
  const [a, b, c, d, e] = logitsOf(model, batch) as [number, number, number, number, number];
  const first = -(a - Math.log(Math.exp(a) + Math.exp(b)));
  const norm = Math.log(Math.exp(c) + Math.exp(d) + Math.exp(e));
  const second = -((d - norm) * (1 / 1.5) + (e - norm) * (0.5 / 1.5));
  tf.tidy(() => {
    const { loss, metrics } = model.loss(batch, inference);
    expect(loss.dataSync()).toBeAllClose([(first + second) / 2]);
    expect(metrics["accuracy"]!.dataSync()).toBeAllClose([((a > b ? 1 : 0) + (d > c && d > e ? 1 : 0)) / 2]);
  });
  expectGradients(model, () => model.loss(batch, inference).loss);
  dispose(model);
});

it("has a listwise loss of the proportions of relevances, however small", () => {
  const model = make("listwise");
  const lossOf = (scale: number): Float32Array =>
    tf.tidy(() => {
      const scaled = examples.map((each) => ({ ...each, relevance: each.relevance.map((value) => value * scale) }));
      return model.loss(rankingBatch(scaled, tokenizer, options), inference).loss.dataSync<"float32">();
    });
  expect(lossOf(1e-12)).toBeAllClose(lossOf(1));
  expect([...lossOf(0)]).toEqual([0]);
  dispose(model);
});

it.each(["binary", "listwise"] as const)("learns to put the relevant document first (%s)", async (objective) => {
  const model = make(objective);
  const batch = rankingBatch(examples, tokenizer, options);
  const optimizer = adamW({ learningRate: 0.02 });
  const batches = Array.from({ length: 30 }, () => batch);
  const rng = new Rng(0);
  for await (const step of train({ model, batches, optimizer, rng, loss: (b, context) => model.loss(b, context) }))
    expect(step.loss).toBeLessThan(3);
  const before = tf.memory().numTensors;
  const ranked = await rankDocuments(model, tokenizer, examples[1]!.query, examples[1]!.documents, options);
  expect(tf.memory().numTensors).toBe(before);
  expect(ranked.map(({ index }) => index)).toEqual([1, 2, 0]);
  expect(ranked[0]!.score).toBeGreaterThan(ranked[2]!.score);
  optimizer.dispose();
  dispose(model);
});

it("rejects invalid classifiers and examples", () => {
  expect(() => make("binary", ["a", "b"])).toThrow("CrossEncoder: the classifier must have one label, got 2.");
  const classLoss = { labelSmoothing: 0.1 };
  expect(() => make("listwise", ["relevance"], classLoss)).toThrow(
    'the classifier\'s classLoss is for the objective "binary" of a classifier with problem "multi-label", but they are "listwise" and "multi-label"',
  );
  expect(() => make("binary", ["relevance"], classLoss, "single-label")).toThrow('"binary" and "single-label"');
  expect(() => rankingBatch([{ query: "a", documents: ["b"], relevance: [2] }], tokenizer)).toThrow(
    "a relevance of example 0 must be a number from 0 to 1, got 2",
  );
  expect(() => rankingBatch([{ query: "a", documents: [], relevance: [] }], tokenizer)).toThrow(
    "example 0 must have one or more documents and a relevance for each, got 0 and 0",
  );
});
