import { bertSizes, createBert, type EncoderInputs } from "@bertkit/encoder";
import { dispose, freeze, inference, Rng, trainableVariables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TokenClassifier } from "../token-classification/token-classifier.ts";
import { LayerFeatures } from "./layer-features.ts";

await tf.setBackend("cpu");
const config = { ...bertSizes.tiny, vocabularySize: 9, hiddenSize: 4, attentionHeads: 2, intermediateSize: 8 };
const encoder = createBert({ ...config, hiddenLayers: 3, pooler: false }, new Rng(1));
let inputs: EncoderInputs;
beforeAll(() => {
  inputs = { inputIds: tf.tensor2d([[1, 2, 3]], undefined, "int32") };
});
afterAll(() => {
  dispose(encoder);
  inputs.inputIds.dispose();
});

const rows = (tensor: tf.Tensor): number[][] => (tensor.arraySync() as number[][][])[0]!;
function states(): number[][][] {
  return tf.tidy(() => encoder.forward(inputs, inference, { hiddenStates: true }).hiddenStates!.map(rows));
}
function features(options: { layers?: number[]; combine?: "concat" | "sum" }): number[][] {
  return tf.tidy(() => rows(new LayerFeatures({ encoder, ...options }).forward(inputs, inference).sequenceOutput));
}

it("concatenates the layers in the order given, by default the last four", () => {
  const all = states();
  expect(features({ layers: [-1, 0, 2] })).toEqual(
    [0, 1, 2].map((i) => [...all[3]![i]!, ...all[0]![i]!, ...all[2]![i]!]),
  );
  expect(features({})).toEqual([0, 1, 2].map((i) => all.flatMap((layer) => layer[i]!)));
});

it("sums them", () => {
  const all = states();
  features({ layers: [1, -1], combine: "sum" }).forEach((row, i) =>
    row.forEach((value, j) => expect(value).toBeCloseTo(all[1]![i]![j]! + all[3]![i]![j]!, 5)),
  );
});

it("is an encoder for a head that trains alone", () => {
  const under = new LayerFeatures({ encoder, layers: [-2, -1] });
  const head = new TokenClassifier({ encoder: under, labels: ["O", "B-X"], rng: new Rng(2) });
  expect(head.dense.kernel.shape).toEqual([8, 2]);
  freeze(head, (path) => path.startsWith("encoder."));
  expect([...trainableVariables(head).keys()]).toEqual(["dense.kernel", "dense.bias"]);
  expect(tf.tidy(() => head.predict(inputs).shape)).toEqual([1, 3, 2]);
  dispose(head.dense);
});

it("rejects layers that do not exist", () => {
  expect(() => features({ layers: [4] })).toThrow(/layers 0 to 3, got 4/);
  expect(() => features({ layers: [-5] })).toThrow(/got -5/);
  expect(() => features({ layers: [] })).toThrow(/at least one layer/);
  expect(() => features({ layers: [0.5] })).toThrow(/layers\[0\]|whole number/);
});
