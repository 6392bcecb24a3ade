import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import "./index.ts";
import type { OnnxRuntimeBackend } from "./index.ts";

const [batch, tokens, size, heads, vocabulary] = [3, 5, 8, 2, 11];

function initial(seed: number, ...shape: number[]): tf.Tensor {
  const length = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898 + seed) * 0.4),
    shape,
  );
}

/** One transformer layer with tied embeddings: every kind of kernel that a BERT training step calls. */
function makeModel(): { variables: tf.Variable[]; loss: (ids: tf.Tensor1D) => tf.Scalar } {
  const make = (seed: number, ...shape: number[]): tf.Variable => tf.tidy(() => tf.variable(initial(seed, ...shape)));
  const table = make(1, vocabulary, size);
  const [query, key, value] = [2, 3, 4].map((seed) => make(seed, size, size));
  const bias = make(5, size);
  const gamma = make(6, size);
  const split = (x: tf.Tensor): tf.Tensor =>
    tf.transpose(tf.reshape(x, [batch, tokens, heads, size / heads]), [0, 2, 1, 3]);
  const loss = (ids: tf.Tensor1D): tf.Scalar =>
    tf.tidy(() => {
      const x = tf.gather(table, ids);
      const [q, k, v] = [query!, key!, value!].map((weight) =>
        split(tf.add(tf.matMul(x, weight as tf.Tensor2D), bias)),
      );
      const scores = tf.softmax(tf.mul(tf.matMul(q!, k!, false, true), 1 / Math.sqrt(size / heads)));
      const mixed = tf.reshape(tf.transpose(tf.matMul(scores, v!), [0, 2, 1, 3]), [batch * tokens, size]);
      const sum = tf.add(x, mixed);
      const centered = tf.sub(sum, tf.mean(sum, -1, true));
      const normal = tf.mul(tf.mul(centered, tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), 1e-6))), gamma);
      const activated = tf.mul(tf.mul(normal, 0.5), tf.add(tf.erf(tf.mul(normal, Math.SQRT1_2)), 1));
      const logits = tf.matMul(activated as tf.Tensor2D, table as unknown as tf.Tensor2D, false, true);
      const target = tf.oneHot(tf.reverse(ids), vocabulary);
      return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), -1))) as tf.Scalar;
    });
  return { variables: [table, query!, key!, value!, bias, gamma], loss };
}

async function train(
  backend: string,
  steps: number,
): Promise<{ losses: number[]; weights: Float32Array[]; tensors: number[] }> {
  await tf.setBackend(backend);
  const { variables, loss } = makeModel();
  const optimizer = tf.train.adam(0.01);
  const losses: number[] = [];
  const tensors: number[] = [];
  for (let step = 0; step < steps; step++) {
    const ids = tf.tensor1d(
      Int32Array.from({ length: batch * tokens }, (_, i) => (i * 5) % vocabulary),
      "int32",
    );
    const value = optimizer.minimize(() => loss(ids), true, variables)!;
    losses.push(value.dataSync()[0]!);
    tf.dispose([ids, value]);
    tensors.push(tf.memory().numTensors);
  }
  const weights = variables.map((variable) => variable.dataSync().slice() as Float32Array);
  tf.dispose(variables);
  optimizer.dispose();
  return { losses, weights, tensors };
}

describe("a training step", () => {
  it("has the losses and weights of the CPU backend", async () => {
    const expected = await train("cpu", 8);
    const received = await train("onnxruntime", 8);
    expect(received.losses).toBeAllClose(expected.losses, { absolute: 1e-4, relative: 1e-4 });
    received.weights.forEach((weights, i) =>
      expect(weights).toBeAllClose(expected.weights[i]!, { absolute: 2e-3, relative: 1e-3 }),
    );
    expect(expected.losses.at(-1)).toBeLessThan(expected.losses[0]!);
  });

  it("compiles once, then runs one graph per step and leaks no tensor", async () => {
    await train("onnxruntime", 2);
    const backend = tf.backend() as OnnxRuntimeBackend;
    const before = backend.stats();
    const { tensors } = await train("onnxruntime", 50);
    const after = backend.stats();
    expect(new Set(tensors.slice(1)).size).toBe(1);
    expect(after.compiles).toBe(before.compiles);
    expect(after.runs - before.runs).toBe(50); // updates are part of the step's graph
    expect(after.fallbacks).toEqual({});
  });
});
