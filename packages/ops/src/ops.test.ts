import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

import {
  attention,
  attentionMask,
  dropout,
  embeddingLookup,
  gatherPositions,
  gelu,
  geluTanh,
  layerNorm,
  linear,
  linearCrossEntropy,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
} from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

function spread(shape: number[], seed: number, scale = 1): tf.Tensor {
  return tf.randomNormal(shape, 0, scale, "float32", seed);
}

/** Central differences of the weighted sum of f's output against the gradient that the op states. */
function checkGradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): void {
  const weights = tf.tidy(() => spread(f(...inputs).shape, 99));
  const value = (...xs: tf.Tensor[]) => tf.tidy(() => tf.sum(tf.mul(f(...xs), weights)) as tf.Scalar);
  const analytic = tf.grads(value)(inputs);
  inputs.forEach((input, which) => {
    const numbers = Array.from(input.dataSync());
    const h = 1e-2;
    const numeric = numbers.map((original, i) => {
      const at = (delta: number) => {
        const moved = numbers.slice();
        moved[i] = original + delta;
        return value(...inputs.map((x, k) => (k === which ? tf.tensor(moved, input.shape) : x))).dataSync()[0]!;
      };
      // Richardson's extrapolation of two central differences: error of order h⁴.
      return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    });
    expect(analytic[which]!.dataSync()).toBeAllClose(numeric, { absolute: 2e-3, relative: 2e-3 });
  });
}

describe("activations", () => {
  it("gives the published values of GELU", () => {
    const x = tf.tensor1d([-3, -1, 0, 1, 3]);
    expect(gelu(x).dataSync()).toBeAllClose([-0.00404969, -0.15865525, 0, 0.84134475, 2.9959503]);
    expect(geluTanh(x).dataSync()).toBeAllClose([-0.00363739, -0.15880801, 0, 0.841192, 2.9963627]);
  });

  it("differentiates both", () => {
    checkGradients((x) => gelu(x), [spread([3, 5], 1)]);
    checkGradients((x) => geluTanh(x), [spread([3, 5], 2)]);
  });
});

describe("layerNorm", () => {
  it("normalises each row and differentiates x, gamma and beta", () => {
    const x = spread([2, 3, 8], 3, 2);
    const rows = layerNorm(x, tf.ones([8]), tf.zeros([8]), 1e-12);
    expect(tf.mean(rows, -1).dataSync()).toBeAllClose(new Float32Array(6), { absolute: 1e-6 });
    expect(tf.mean(tf.square(rows), -1).dataSync()).toBeAllClose(new Float32Array(6).fill(1));
    checkGradients((x, gamma, beta) => layerNorm(x, gamma, beta, 1e-6), [x, spread([8], 4), spread([8], 5)]);
  });

  it("names the sizes that do not fit", () => {
    expect(() => layerNorm(tf.zeros([2, 4]), tf.zeros([3]), tf.zeros([3]), 1e-12)).toThrow(/size 4/);
  });
});

describe("embeddingLookup", () => {
  it("adds the gradients of repeated ids", () => {
    const ids = tf.tensor2d([0, 2, 2, 1], [2, 2], "int32");
    const table = spread([4, 3], 6);
    expect(embeddingLookup(table, ids).shape).toEqual([2, 2, 3]);
    const gradient = tf.grad((table) => tf.sum(embeddingLookup(table, ids)))(table);
    expect(Array.from(gradient.dataSync())).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 0, 0, 0]);
    const padded = tf.grad((table) => tf.sum(embeddingLookup(table, ids, 2)))(table);
    expect(Array.from(padded.dataSync())).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  });
});

describe("linear", () => {
  it("keeps the leading axes and differentiates", () => {
    const inputs = [spread([2, 3, 4], 7), spread([4, 5], 8), spread([5], 9)];
    expect(linear(inputs[0]!, inputs[1]!, inputs[2]!).shape).toEqual([2, 3, 5]);
    checkGradients((x, kernel, bias) => linear(x, kernel, bias), inputs);
  });
});

describe("attention", () => {
  const q = spread([2, 2, 3, 4], 10) as tf.Tensor4D;
  const k = spread([2, 2, 3, 4], 11) as tf.Tensor4D;
  const v = spread([2, 2, 3, 4], 12) as tf.Tensor4D;

  it("gives nothing to masked keys", () => {
    const mask = attentionMask(tf.tensor2d([1, 1, 0, 1, 1, 1], [2, 3], "int32"));
    const { probabilities } = attention(q, k, v, { mask });
    const first = tf.slice(probabilities, [0, 0, 0, 2], [1, 2, 3, 1]).dataSync();
    expect(Array.from(first)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(tf.sum(probabilities, -1).dataSync()).toBeAllClose(new Float32Array(12).fill(1));
  });

  it("lets each query have keys of its own, and names a mask of another rank", () => {
    const causal = tf.tensor3d([1, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1], [2, 3, 3], "int32");
    const { probabilities } = attention(q, k, v, { mask: attentionMask(causal) });
    const future = tf.sum(tf.mul(probabilities, tf.expandDims(tf.sub(1, causal), 1)));
    expect(future.dataSync()[0]).toBe(0);
    expect(() => attentionMask(tf.ones([2, 1, 1, 3]) as never)).toThrow(/needs \[batch, tokens\] .*, got \[2,1,1,3\]/);
  });

  it("adds a bias to the scores, which cannot be passed as a mask nor a mask as a bias", () => {
    const bias = tf.tensor2d([5, 0, 0, 0, 5, 0, 0, 0, 5], [3, 3]);
    const { probabilities } = attention(q, k, v, { bias });
    const plain = attention(q, k, v).probabilities;
    expect(tf.sum(tf.mul(probabilities, tf.eye(3))).dataSync()[0]).toBeGreaterThan(
      tf.sum(tf.mul(plain, tf.eye(3))).dataSync()[0]!,
    );
    // @ts-expect-error a tensor is no mask
    const tensorAsMask = (): unknown => attention(q, k, v, { mask: bias });
    // @ts-expect-error a mask is no bias
    const maskAsBias = (): unknown => attention(q, k, v, { bias: attentionMask(tf.ones([2, 3])) });
    // @ts-expect-error an object that only looks like a mask is none
    const likeness = (): unknown => attention(q, k, v, { mask: { kind: "attention-mask", adder: bias } });
    expect([tensorAsMask, maskAsBias, likeness]).toHaveLength(3); // the compiler is what holds them
    checkGradients((q, bias) => attention(q as tf.Tensor4D, k, v, { bias }).output, [q, spread([3, 3], 20)]);
  });

  it("differentiates q, k and v", () => {
    checkGradients((q, k, v) => attention(q as tf.Tensor4D, k as tf.Tensor4D, v as tf.Tensor4D).output, [q, k, v]);
  });
});

describe("gatherPositions", () => {
  it("takes each row's own positions", () => {
    const sequence = tf.tensor3d([1, 2, 3, 4, 5, 6], [2, 3, 1]);
    const positions = tf.tensor2d([2, 0, 1, 1], [2, 2], "int32");
    expect(Array.from(gatherPositions(sequence, positions).dataSync())).toEqual([3, 1, 5, 5]);
    const gradient = tf.grad((s) => tf.sum(gatherPositions(s as tf.Tensor3D, positions)))(sequence);
    expect(Array.from(gradient.dataSync())).toEqual([1, 0, 1, 0, 2, 0]);
  });
});

describe("losses", () => {
  it("computes softmax cross-entropy of far logits without overflow, and differentiates", () => {
    const far = tf.tensor2d([1000, 0, -1000, 0], [2, 2]);
    expect(softmaxCrossEntropy(far, tf.tensor1d([1, 1], "int32")).dataSync()).toBeAllClose([1000, 0]);
    const labels = tf.tensor1d([2, 0, 1], "int32");
    checkGradients((logits) => softmaxCrossEntropy(logits as tf.Tensor2D, labels), [spread([3, 4], 13)]);
  });

  it("computes the cross-entropy of a linear layer, its hits, and differentiates", () => {
    const labels = tf.tensor1d([2, 0, 1], "int32");
    const [x, table, bias] = [spread([3, 4], 15), spread([5, 4], 16), spread([5], 17)] as [
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor1D,
    ];
    const logits = tf.add<tf.Tensor2D>(tf.matMul(x, table, false, true), bias);
    expect(linearCrossEntropy(x, table, bias, labels).losses.dataSync()).toBeAllClose(
      softmaxCrossEntropy(logits, labels).dataSync(),
    );
    const largest = tf.argMax(logits, 1).dataSync();
    const mixed = tf.tensor1d([largest[0]!, (largest[1]! + 1) % 5, largest[2]!], "int32");
    expect([...linearCrossEntropy(x, table, bias, mixed).hits.dataSync()]).toEqual([1, 0, 1]);
    checkGradients(
      (x, table, bias) =>
        linearCrossEntropy(x as tf.Tensor2D, table as tf.Tensor2D, bias as tf.Tensor1D, labels).losses,
      [x, table, bias],
    );
  });

  it("names the sizes of a linear cross-entropy that do not fit", () => {
    const of = (tableSize: number, classes: number, labels: tf.Tensor1D) => () =>
      linearCrossEntropy(tf.zeros([2, 3]), tf.zeros([4, tableSize]), tf.zeros([classes]), labels);
    const labels = tf.tensor1d([0, 1], "int32");
    expect(of(2, 4, labels)).toThrow("table [classes, 3]");
    expect(of(3, 5, labels)).toThrow("got [4,3] and [5]");
    expect(of(3, 4, tf.tensor1d([0], "int32"))).toThrow("needs 2 int32 labels");
    expect(of(3, 4, tf.tensor1d([0, 1]))).toThrow("got float32");
  });

  it("computes sigmoid cross-entropy and differentiates", () => {
    const labels = tf.tensor2d([1, 0, 0.3, 1], [2, 2]);
    expect(sigmoidCrossEntropy(tf.tensor1d([0, -200, 200]), tf.tensor1d([1, 0, 1])).dataSync()).toBeAllClose([
      Math.LN2,
      0,
      0,
    ]);
    checkGradients((logits) => sigmoidCrossEntropy(logits, labels), [spread([2, 2], 14)]);
  });
});

describe("dropout", () => {
  it("drops the stated share, keeps the mean, and repeats for one seed", () => {
    const x = tf.ones([200, 500]);
    const once = dropout(x, 0.1, 7).dataSync();
    expect(Array.from(dropout(x, 0.1, 7).dataSync())).toEqual(Array.from(once));
    const dropped = once.filter((value) => value === 0).length / once.length;
    expect(dropped).toBeGreaterThan(0.095); // six standard errors either side
    expect(dropped).toBeLessThan(0.105);
    expect(Math.abs(tf.mean(dropout(x, 0.1, 7)).dataSync()[0]! - 1)).toBeLessThan(0.01);
    expect(Array.from(dropout(x, 0.1, 8).dataSync())).not.toEqual(Array.from(once));
  });

  it("refuses a rate of 1", () => {
    expect(() => dropout(tf.ones([1]), 1, 0)).toThrow(/rate must be a number from 0 and below 1, got 1/);
  });
});
