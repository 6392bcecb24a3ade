import * as ops from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { OnnxRuntimeBackend } from "../backend.ts";
import "../index.ts";

function numbers(seed: number, ...shape: number[]): tf.Tensor {
  const length = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898 + seed * 78.233) * 2),
    shape,
  );
}

function run(name: string, inputs: Record<string, tf.Tensor>, attributes: object = {}): tf.Tensor[] {
  return [tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor | tf.Tensor[]].flat();
}

function expectSame(received: readonly tf.Tensor[], expected: readonly tf.Tensor[]): void {
  expect(received.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  received.forEach((tensor, i) =>
    expect(tensor.dataSync()).toBeAllClose(expected[i]!.dataSync(), { absolute: 2e-5, relative: 2e-5 }),
  );
}

const layerNorm = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor => {
  const centered = tf.sub(x, tf.mean(x, -1, true));
  return tf.add(tf.mul(tf.div(centered, tf.sqrt(tf.add(tf.mean(tf.square(centered), -1, true), 1e-6))), gamma), beta);
};
const gelu = (x: tf.Tensor): tf.Tensor => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
const tanhGelu = (x: tf.Tensor): tf.Tensor =>
  tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.pow(x, 3))))), 1));

describe("fused kernels agree with their composed form and its gradient", () => {
  beforeAll(() => tf.setBackend("onnxruntime"));

  it.each([[[6, 8]], [[2, 3, 8]], [[40, 3, 16]]])("layer normalization of %j", (shape) => {
    const [x, gamma, beta, dy] = [
      numbers(1, ...shape),
      numbers(2, shape.at(-1)!),
      numbers(3, shape.at(-1)!),
      numbers(4, ...shape),
    ];
    const [y, mean, inverse] = run("BertkitLayerNorm", { x, gamma, beta }, { epsilon: 1e-6 });
    expectSame([y!], [layerNorm(x, gamma, beta)]);
    expectSame([mean!], [tf.mean(x, -1, true)]);
    expectSame(
      run("BertkitLayerNormGradient", { dy, x, gamma, mean: mean!, inverse: inverse! }),
      tf.grads(layerNorm)([x, gamma, beta], dy),
    );
  });

  it.each([
    [false, gelu],
    [true, tanhGelu],
  ] as const)("GELU, approximate: %s", (approximate, definition) => {
    const [x, dy] = [numbers(1, 5, 7), numbers(2, 5, 7)];
    expectSame(run("BertkitGelu", { x }, { approximate }), [definition(x)]);
    expectSame(run("BertkitGeluGradient", { dy, x }, { approximate }), [tf.grad(definition)(x, dy)]);
  });

  it("softmax cross-entropy", () => {
    const [logits, dy, labels] = [numbers(1, 4, 6), numbers(2, 4), tf.tensor1d([5, 0, 2, 2], "int32")];
    const target = tf.oneHot(labels, 6);
    const definition = (x: tf.Tensor): tf.Tensor => tf.neg(tf.sum(tf.mul(tf.logSoftmax(x as tf.Tensor2D), target), -1));
    const [loss, probabilities] = run("BertkitSoftmaxCrossEntropy", { logits, labels });
    expectSame([loss!, probabilities!], [definition(logits), tf.softmax(logits)]);
    expectSame(run("BertkitSoftmaxCrossEntropyGradient", { dy, probabilities: probabilities!, labels }), [
      tf.grad(definition)(logits, dy),
    ]);
  });

  it("softmax cross-entropy of far logits stays finite", () => {
    const [loss] = run("BertkitSoftmaxCrossEntropy", {
      logits: tf.tensor2d([
        [1000, 0],
        [-1000, 0],
      ]),
      labels: tf.tensor1d([1, 1], "int32"),
    });
    expect(loss!.dataSync()).toBeAllClose([1000, 0]);
  });
});

describe("ops with fused kernels, of empty tensors", () => {
  const noLabels = (): tf.Tensor1D => tf.tensor1d([], "int32");
  const normed = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor => ops.layerNorm(x, gamma, beta, 1e-6);
  const linear = (x: tf.Tensor, table: tf.Tensor, bias: tf.Tensor): tf.Tensor =>
    ops.linearCrossEntropy(x as tf.Tensor2D, table as tf.Tensor2D, bias as tf.Tensor1D, noLabels()).losses;
  const cases: Record<string, [op: (...inputs: tf.Tensor[]) => tf.Tensor, shapes: number[][]]> = {
    "layerNorm [0, 3]": [normed as never, [[0, 3], [3], [3]]],
    "layerNorm [2, 0, 3]": [normed as never, [[2, 0, 3], [3], [3]]],
    "layerNorm [2, 0]": [normed as never, [[2, 0], [0], [0]]],
    gelu: [(x) => ops.gelu(x!), [[0, 3]]],
    geluTanh: [(x) => ops.geluTanh(x!), [[3, 0]]],
    dropout: [(x) => ops.dropout(x!, 0.5, 1), [[0, 3]]],
    softmaxCrossEntropy: [(x) => ops.softmaxCrossEntropy(x as tf.Tensor2D, noLabels()), [[0, 3]]],
    linearCrossEntropy: [linear as never, [[0, 2], [3, 2], [3]]],
  };

  it.each(Object.entries(cases))("%s equals plain JavaScript, and its gradients", async (_, [op, shapes]) => {
    const results: unknown[] = [];
    for (const backend of ["cpu", "onnxruntime"]) {
      await tf.setBackend(backend);
      const inputs = shapes.map((shape, i) => numbers(i, ...shape));
      const value = op(...inputs);
      const all = [value, ...tf.grads(op)(inputs, tf.zeros(value.shape))];
      results.push(all.map((tensor) => ({ shape: tensor.shape, values: [...tensor.dataSync()] })));
    }
    expect(results[1]).toEqual(results[0]);
  });

  it("barrier runs the recorded kernels", async () => {
    await tf.setBackend("onnxruntime");
    const [x, pending] = [tf.zeros([0, 3]), tf.square(tf.tensor1d([2, 3]))];
    const backend = tf.backend() as OnnxRuntimeBackend;
    const { runs } = backend.stats();
    ops.barrier(x);
    expect(backend.stats().runs).toBe(runs + 1);
    expect([...pending.dataSync()]).toEqual([4, 9]);
  });

  it("kernels give the shapes of their outputs, and zeros as gradients", async () => {
    await tf.setBackend("onnxruntime");
    const labels = noLabels();
    const [logits, x, table] = [tf.zeros([0, 3]), tf.zeros([0, 2]), tf.ones([3, 2])];
    const shapesOf = (tensors: tf.Tensor[]): number[][] => tensors.map(({ shape }) => shape);
    const softmax = run("BertkitSoftmaxCrossEntropy", { logits, labels });
    expect(shapesOf(softmax)).toEqual([[0], [0, 3]]);
    const [dLogits] = run("BertkitSoftmaxCrossEntropyGradient", { dy: softmax[0]!, probabilities: softmax[1]!, labels }); // prettier-ignore
    expect(dLogits!.shape).toEqual([0, 3]);
    const [both, excess] = run("BertkitLinearCrossEntropy", { x, table, bias: tf.ones([3]), labels });
    expect(shapesOf([both!, excess!])).toEqual([[2, 0], [0, 3]]); // prettier-ignore
    const slopes = run("BertkitLinearCrossEntropyGradient", { dy: both!, x, table, excess: excess! });
    expect(shapesOf(slopes)).toEqual([[0, 2], [3, 2], [3]]);
    expect(slopes.flatMap((slope) => [...slope.dataSync()])).toEqual(new Array(9).fill(0));
  });
});

describe("linear cross-entropy", () => {
  beforeAll(() => tf.setBackend("onnxruntime"));
  const logitsOf = (x: tf.Tensor, table: tf.Tensor, bias: tf.Tensor): tf.Tensor2D =>
    tf.add(tf.matMul(x as tf.Tensor2D, table as tf.Tensor2D, false, true), bias) as tf.Tensor2D;

  it("is that of the bias for vectors of size 0", () => {
    const [x, table, bias] = [tf.zeros<tf.Rank.R2>([2, 0]), tf.zeros<tf.Rank.R2>([3, 0]), tf.tensor1d([1, 3, 2])];
    const labels = tf.tensor1d([1, 2], "int32");
    const ofBias = (bias: tf.Tensor): tf.Tensor1D =>
      ops.softmaxCrossEntropy(tf.tile(tf.reshape(bias, [1, 3]), [2, 1]) as tf.Tensor2D, labels);
    const { losses, hits } = ops.linearCrossEntropy(x, table, bias, labels);
    expectSame([losses, hits], [ofBias(bias), tf.tensor1d([1, 0])]);
    const slopes = tf.grads((x, table, bias) => ops.linearCrossEntropy(x as tf.Tensor2D, table as tf.Tensor2D, bias as tf.Tensor1D, labels).losses)([x, table, bias], tf.tensor1d([2, -1])); // prettier-ignore
    expectSame(slopes, [x, table, tf.grad(ofBias)(bias, tf.tensor1d([2, -1]))]);
  });

  it("agrees with its composed form and its gradient", () => {
    const [x, table, bias, dy] = [numbers(1, 4, 3), numbers(2, 6, 3), numbers(3, 6), numbers(4, 2, 4)] as const;
    const logits = logitsOf(x, table, bias);
    const labels = tf.tensor1d([tf.argMax(logits, 1).dataSync()[0]!, 0, 2, 2], "int32"); // the first one hits
    const target = tf.oneHot(labels, 6);
    const definition = (...of: tf.Tensor[]): tf.Tensor =>
      tf.neg(tf.sum(tf.mul(tf.logSoftmax(logitsOf(of[0]!, of[1]!, of[2]!)), target), -1));
    const [both, excess] = run("BertkitLinearCrossEntropy", { x, table, bias, labels });
    const hits = tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32");
    expect(hits.dataSync()[0]).toBe(1);
    expectSame([both!, excess!], [tf.stack([definition(x, table, bias), hits]), tf.sub(tf.softmax(logits), target)]);
    expectSame(
      run("BertkitLinearCrossEntropyGradient", { dy, x, table, excess: excess! }),
      tf.grads(definition)([x, table, bias], tf.gather(dy, 0)),
    );
  });

  it("of far logits stays finite", () => {
    const [both] = run("BertkitLinearCrossEntropy", {
      x: tf.tensor2d([[1000], [-1000]]),
      table: tf.tensor2d([[1], [0]]),
      bias: tf.tensor1d([0, 0]),
      labels: tf.tensor1d([1, 1], "int32"),
    });
    expect(both!.dataSync()).toBeAllClose([1000, 0, 0, 1]);
  });
});

describe("a gradient of a shared table", () => {
  it("adds rows onto the dense part", async () => {
    const results: ArrayLike<number>[][] = [];
    for (const backend of ["cpu", "onnxruntime"]) {
      await tf.setBackend(backend);
      const [table, x] = [numbers(1, 6, 4), numbers(2, 3, 4)];
      const ids = tf.tensor2d([[0], [5], [5]], [3, 1], "int32");
      const loss = (shared: tf.Tensor): tf.Tensor =>
        tf.sum(tf.square(tf.matMul(x as tf.Tensor2D, shared as tf.Tensor2D, false, true)));
      const dense = tf.grad(loss)(table);
      const rows = tf.scatterND(ids, x, [6, 4]);
      const flat = [2, 3, 4];
      results.push(
        [
          tf.add(dense, rows),
          tf.add(rows, dense),
          rows,
          tf.add(rows, rows),
          tf.add(tf.reshape(dense, flat), tf.reshape(rows, flat)),
        ].map((tensor) => tensor.dataSync()),
      );
    }
    results[1]!.forEach((values, i) => expect(values).toBeAllClose(results[0]![i]!, { absolute: 1e-4 }));
  });
});

describe("kernels with another algorithm for large inputs", () => {
  it("sum of leading axes and argMax of a long axis agree with the CPU backend", async () => {
    const results: ArrayLike<number>[][] = [];
    for (const backend of ["cpu", "onnxruntime"]) {
      await tf.setBackend(backend);
      const x = numbers(1, 8, 10, 4, 8);
      const long = numbers(2, 3, 5000);
      const sums = [tf.sum(x, [0, 1]), tf.sum(x, [0, 1], true), tf.sum(x, 0)];
      expect(sums.map(({ shape }) => shape)).toEqual([
        [4, 8],
        [1, 1, 4, 8],
        [10, 4, 8],
      ]);
      results.push(
        [...sums, tf.argMax(long, -1), tf.argMax(tf.zeros([2, 5000]), 1)].map((tensor) => tensor.dataSync()),
      );
    }
    results[1]!.forEach((values, i) => expect(values).toBeAllClose(results[0]![i]!, { absolute: 1e-5 }));
  });
});
