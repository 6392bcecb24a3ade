import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "@bertkit/backend";
import { Rng } from "@bertkit/nn";
import { beforeEach, describe, expect, it } from "vitest";
import { tinyEncoder } from "./__fixtures__/tiny-classifier-parts.ts";
import { type ClassLossOptions, sigmoidClassLoss, softmaxClassLoss } from "./class-loss.ts";
import { SequenceClassifier } from "./sequence-classification/sequence-classifier.ts";
import { TokenClassifier } from "./token-classification/token-classifier.ts";

beforeEach(async () => {
  await tf.setBackend("cpu");
});

const logits = [
  [1, -0.5, 2],
  [0.25, 3, -1],
  [-2, 0, 0.5],
  [1, 1, 1],
];
const labels = [2, 0, 1, 1];
const weights = [0.5, 2, 3];
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;

describe("softmaxClassLoss", () => {
  const log = (row: readonly number[]): number[] => row.map((x) => x - Math.log(sum(row.map(Math.exp))));
  const value = (options: ClassLossOptions, rowWeights?: number[]): number =>
    tf.tidy(
      () =>
        softmaxClassLoss(
          tf.tensor2d(logits),
          tf.tensor1d(labels, "int32"),
          options,
          rowWeights && tf.tensor1d(rowWeights),
        ).dataSync()[0]!,
    );

  it("is PyTorch's cross_entropy with weight and label_smoothing, and the focal loss of its paper", () => {
    const ce = logits.map((row, i) => -log(row)[labels[i]!]!);
    const counts = labels.map((label) => weights[label]!);
    expect([value({})]).toBeAllClose([mean(ce)]);
    expect([value({ classWeights: weights })]).toBeAllClose([
      sum(ce.map((loss, i) => loss * counts[i]!)) / sum(counts),
    ]);
    const smoothed = logits.map((row, i) => 0.9 * ce[i]! + (0.1 / 3) * sum(log(row).map((x) => -x)));
    expect([value({ labelSmoothing: 0.1 })]).toBeAllClose([mean(smoothed)]);
    const both = logits.map(
      (row, i) => 0.9 * ce[i]! * counts[i]! + (0.1 / 3) * sum(log(row).map((x, label) => -x * weights[label]!)),
    );
    expect([value({ labelSmoothing: 0.1, classWeights: weights })]).toBeAllClose([sum(both) / sum(counts)]);
    const focal = ce.map((loss) => (1 - Math.exp(-loss)) ** 2 * loss);
    expect([value({ focalGamma: 2 })]).toBeAllClose([mean(focal)]);
    expect([value({ focalGamma: 2, classWeights: weights })]).toBeAllClose([
      sum(focal.map((loss, i) => loss * counts[i]!)) / sum(counts),
    ]);
    const rows = [1, 0, 1, 0.5];
    expect([value({ classWeights: weights }, rows)]).toBeAllClose([
      sum(ce.map((loss, i) => loss * counts[i]! * rows[i]!)) / sum(counts.map((count, i) => count * rows[i]!)),
    ]);
  });
});

describe.each(["cpu", "node", "wasm"] as const)("softmaxClassLoss on %s", (backend) => {
  beforeEach(() => useBackend(backend));

  const valueAndGradient = (options: ClassLossOptions, rowWeights?: number[]): number[] =>
    tf.tidy(() => {
      const loss = (x: tf.Tensor2D): tf.Scalar =>
        softmaxClassLoss(x, tf.tensor1d(labels, "int32"), options, rowWeights && tf.tensor1d(rowWeights));
      const { value, grad } = tf.valueAndGrad(loss as (x: tf.Tensor) => tf.Tensor)(tf.tensor2d(logits));
      return [...value.dataSync(), ...grad.dataSync()];
    });

  it("depends on the proportions of weights, however small, and is 0 if all are 0", () => {
    const expected = valueAndGradient({ classWeights: weights });
    for (const scale of [1e-6, 1e-20, 1e20])
      expect(valueAndGradient({ classWeights: weights.map((weight) => weight * scale) })).toBeAllClose(expected);
    expect(valueAndGradient({}, [1e-7, 0, 0, 1e-7])).toBeAllClose(valueAndGradient({}, [1, 0, 0, 1]));
    for (const labelSmoothing of [0, 0.1]) {
      expect(valueAndGradient({ classWeights: [0, 0, 0], labelSmoothing })).toBeAllClose(Array(13).fill(0));
      expect(valueAndGradient({ classWeights: weights, labelSmoothing }, [0, 0, 0, 0])).toBeAllClose(Array(13).fill(0));
    }
  });
});

it("is 0 if no example's class has a weight, also with label smoothing", () => {
  const loss = (options: ClassLossOptions): number =>
    tf.tidy(() => softmaxClassLoss(tf.tensor2d([[2, 1]]), tf.tensor1d([0], "int32"), options).dataSync()[0]!);
  expect(loss({ classWeights: [0, 1] })).toBe(0);
  expect(loss({ classWeights: [0, 1], labelSmoothing: 0.1 })).toBe(0);
});

describe("sigmoidClassLoss", () => {
  const targets = [
    [1, 0, 1],
    [0, 0, 1],
    [1, 1, 0],
    [0, 1, 0],
  ];
  const value = (options: ClassLossOptions): number =>
    tf.tidy(() => sigmoidClassLoss(tf.tensor2d(logits), tf.tensor2d(targets), options).dataSync()[0]!);
  const each = (loss: (holds: number, not: number, target: number, label: number) => number): number =>
    mean(
      logits.flatMap((row, i) =>
        row.map((x, label) => loss(Math.log(1 + Math.exp(-x)), Math.log(1 + Math.exp(x)), targets[i]![label]!, label)),
      ),
    );

  it("is PyTorch's binary_cross_entropy_with_logits with pos_weight, smoothed or focal", () => {
    expect([value({})]).toBeAllClose([each((holds, not, y) => y * holds + (1 - y) * not)]);
    expect([value({ classWeights: weights })]).toBeAllClose([
      each((holds, not, y, label) => weights[label]! * y * holds + (1 - y) * not),
    ]);
    const smooth = (y: number): number => 0.8 * y + 0.1;
    expect([value({ labelSmoothing: 0.2 })]).toBeAllClose([
      each((holds, not, y) => smooth(y) * holds + (1 - smooth(y)) * not),
    ]);
    expect([value({ labelSmoothing: 0.2, classWeights: weights })]).toBeAllClose([
      each((holds, not, y, label) => weights[label]! * smooth(y) * holds + (1 - smooth(y)) * not),
    ]);
    const focal = (loss: number): number => (1 - Math.exp(-loss)) ** 2 * loss;
    expect([value({ focalGamma: 2 })]).toBeAllClose([each((holds, not, y) => focal(y === 1 ? holds : not))]);
  });
});

it("rejects invalid options", () => {
  const encoder = tinyEncoder();
  const make = (
    classLoss: ClassLossOptions,
    problem: "single-label" | "regression" = "single-label",
  ): SequenceClassifier => new SequenceClassifier({ encoder, labels: ["a", "b"], classLoss, problem, rng: new Rng(0) });
  expect(() => make({ classWeights: [1] })).toThrow("classWeights must be 2 numbers, got 1 of them");
  expect(() => make({ classWeights: [1, -1] })).toThrow(
    "classLoss: classWeights must be a list of weights, each a number from 0, got a list of 2",
  );
  expect(() => make({ labelSmoothing: 1 })).toThrow("labelSmoothing must be a number from 0 and below 1, got 1");
  expect(() => make({ focalGamma: -1 })).toThrow("focalGamma must be a number from 0, got -1");
  expect(() => make({ focalGamma: 2, labelSmoothing: 0.1 })).toThrow("cannot be combined");
  expect(() => make({ labelSmoothing: 0.1 }, "regression")).toThrow(
    "classLoss is for classification, but the problem is regression",
  );
  expect(
    () => new TokenClassifier({ encoder, labels: ["O"], classLoss: { classWeights: [] }, rng: new Rng(0) }),
  ).toThrow("classWeights must be 1 numbers");
});

// tf.oneHot rejects a depth of 1.
it("has the loss 0 with one label", () => {
  const loss = (options: ClassLossOptions): number =>
    tf.tidy(() => softmaxClassLoss(tf.tensor2d([[2], [-1]]), tf.tensor1d([0, 0], "int32"), options).dataSync()[0]!);
  for (const options of [{}, { classWeights: [3] }, { labelSmoothing: 0.1 }, { focalGamma: 2 }])
    expect([loss(options)]).toBeAllClose([0]);
});
