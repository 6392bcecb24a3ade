import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { Dense, dispose, Dropout, freeze, Rng, unfreeze } from "@bertkit/nn";

import { adamW, nadam, ProgressLine, restoreTrainingState, train, trainingState, type Optimizer } from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

/** A line with noise-free targets: y = x · [2, −1, 0.5] + 1. */
function* batches(seed: number): Generator<{ x: Float32Array; y: Float32Array }> {
  const rng = new Rng(seed);
  for (;;) {
    const x = Float32Array.from({ length: 24 }, () => rng.normal());
    const y = Float32Array.from({ length: 8 }, (_, i) => 2 * x[3 * i]! - x[3 * i + 1]! + 0.5 * x[3 * i + 2]! + 1);
    yield { x, y };
  }
}

function regression(seed: number, makeOptimizer: () => Optimizer) {
  const rng = new Rng(seed);
  const model = { dropout: new Dropout(0.1), dense: new Dense({ inputSize: 3, outputSize: 1, rng }) };
  const optimizer = makeOptimizer();
  const run = (steps: number, from = 0) =>
    train({
      model,
      batches: skip(batches(5), from),
      optimizer,
      rng,
      steps,
      loss: ({ x, y }, context) => {
        const predicted = model.dense.forward(model.dropout.forward(tf.tensor2d(x, [8, 3]), context));
        const errors = tf.sub(tf.reshape(predicted, [8]), tf.tensor1d(y));
        return {
          loss: tf.mean(tf.square(errors)) as tf.Scalar,
          metrics: { largest: tf.max(tf.abs(errors)) as tf.Scalar },
        };
      },
    });
  return { model, optimizer, rng, run };
}

function* skip<T>(items: Iterable<T>, count: number): Generator<T> {
  let index = 0;
  for (const item of items) if (index++ >= count) yield item;
}

async function losses(steps: AsyncIterable<{ loss: number }>): Promise<number[]> {
  const all: number[] = [];
  for await (const { loss } of steps) all.push(loss);
  return all;
}

describe("adamW", () => {
  it("does what the formulas say, two steps by hand", () => {
    const w = tf.variable(tf.tensor1d([1, -2]));
    const optimizer = adamW({ learningRate: 0.1, weightDecay: 0.5, clipNorm: Infinity, epsilon: 0 });
    const gradients = [
      [0.5, -1],
      [0.25, 3],
    ];
    let m = [0, 0];
    let v = [0, 0];
    let expected = [1, -2];
    gradients.forEach((g, index) => {
      optimizer.update(new Map([["w", w]]), new Map([["w", tf.tensor1d(g)]]));
      const t = index + 1;
      m = m.map((x, i) => 0.9 * x + 0.1 * g[i]!);
      v = v.map((x, i) => 0.999 * x + 0.001 * g[i]! ** 2);
      expected = expected.map(
        (x, i) => x - 0.1 * (m[i]! / (1 - 0.9 ** t) / Math.sqrt(v[i]! / (1 - 0.999 ** t)) + 0.5 * x),
      );
    });
    expect(w.dataSync()).toBeAllClose(expected);
    optimizer.dispose();
    w.dispose();
  });

  it("reaches the published result of optimization_test.py in google-research/bert", () => {
    const w = tf.variable(tf.tensor1d([0.1, -0.2, -0.1]));
    const target = tf.tensor1d([0.4, 0.2, -0.5]);
    const optimizer = adamW({ learningRate: 0.2, weightDecay: 0, biasCorrection: false, clipNorm: Infinity });
    for (let i = 0; i < 100; i++) {
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => tf.mean(tf.square(tf.sub(target, w))) as tf.Scalar, [w]);
        optimizer.update(new Map([["w", w]]), new Map([["w", grads[w.name]!]]));
      });
    }
    expect(w.dataSync()).toBeAllClose([0.4, 0.2, -0.5], { absolute: 1e-2 });
    optimizer.dispose();
    w.dispose();
  });

  it("clips all gradients together, and spares biases and norms from decay", () => {
    const variables = new Map([
      ["a.kernel", tf.variable(tf.tensor1d([1]))],
      ["a.bias", tf.variable(tf.tensor1d([1]))],
    ]);
    const zero = new Map([
      ["a.kernel", tf.tensor1d([0])],
      ["a.bias", tf.tensor1d([0])],
    ]);
    adamW({ learningRate: 0.1, weightDecay: 0.5 }).update(variables, zero);
    expect([...variables.values()].map((variable) => variable.dataSync()[0])).toBeAllClose([0.95, 1]);
    const optimizer = adamW({ learningRate: 0.1, clipNorm: 1 });
    optimizer.update(
      variables,
      new Map([
        ["a.kernel", tf.tensor1d([30])],
        ["a.bias", tf.tensor1d([40])],
      ]),
    );
    expect(optimizer.state().slots.get("m/a.kernel")!.dataSync()).toBeAllClose([0.06]);
    expect(optimizer.state().slots.get("m/a.bias")!.dataSync()).toBeAllClose([0.08]);
  });
});

describe("nadam", () => {
  it("does what the formulas say, two steps by hand", () => {
    const w = tf.variable(tf.tensor1d([1]));
    const optimizer = nadam({ learningRate: 0.1, epsilon: 0 });
    let [m, v, expected, product] = [0, 0, 1, 1];
    [0.5, -2].forEach((g, index) => {
      optimizer.update(new Map([["w", w]]), new Map([["w", tf.tensor1d([g])]]));
      const t = index + 1;
      const u = 0.9 * (1 - 0.5 * 0.96 ** t);
      const next = 0.9 * (1 - 0.5 * 0.96 ** (t + 1));
      product *= u;
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      const direction = (next * m) / (1 - product * next) + ((1 - u) * g) / (1 - product);
      expected -= (0.1 * direction) / Math.sqrt(v / (1 - 0.999 ** t));
    });
    expect(w.dataSync()).toBeAllClose([expected]);
  });
});

describe("train", () => {
  it.each([
    ["adamW", () => adamW({ learningRate: 0.05, weightDecay: 0 })],
    ["nadam", () => nadam({ learningRate: 0.05 })],
  ])("learns, with %s, and leaves no tensor behind", async (_, makeOptimizer) => {
    const { model, optimizer, run } = regression(0, makeOptimizer);
    await losses(run(1));
    const before = tf.memory().numTensors;
    const all = await losses(run(150));
    expect(tf.memory().numTensors).toBe(before);
    expect(all).toHaveLength(149);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(all.slice(-20))).toBeLessThan(mean(all.slice(0, 20)) / 4);
    optimizer.dispose();
    dispose(model);
  });

  it.each([
    ["adamW", () => adamW({ learningRate: 0.05 })],
    ["nadam", () => nadam({ learningRate: 0.05 })],
  ])("resumes, with %s, as if it had never stopped", async (_, makeOptimizer) => {
    const whole = regression(3, makeOptimizer);
    const expected = await losses(whole.run(30));
    const first = regression(3, makeOptimizer);
    await losses(first.run(12));
    const state = trainingState(first);
    const second = regression(99, makeOptimizer);
    restoreTrainingState(second, { tensors: state.tensors, json: JSON.parse(JSON.stringify(state.json)) });
    expect(await losses(second.run(30, 12))).toEqual(expected.slice(12));
    const other = { ...second, model: new Dense({ inputSize: 2, outputSize: 1, rng: new Rng(0) }) };
    expect(() => restoreTrainingState(other, state)).toThrow(/"kernel" needs shape/);
  });

  it("stops at the end of the step in which it is told to", async () => {
    const controller = new AbortController();
    const { model, optimizer, rng } = regression(0, () => adamW({ learningRate: 0.1 }));
    let steps = 0;
    const loss = () => tf.sum(model.dense.kernel) as tf.Scalar;
    for await (const { step } of train({
      model,
      batches: batches(0),
      optimizer,
      rng,
      loss,
      signal: controller.signal,
    })) {
      steps = step;
      if (step === 3) controller.abort();
    }
    expect(steps).toBe(3);
  });

  it("trains what is unfrozen between two steps from the next step on, and no longer what is frozen", async () => {
    const rng = new Rng(0);
    const dense = new Dense({ inputSize: 3, outputSize: 1, rng });
    freeze(dense, (path) => path === "kernel");
    const optimizer = adamW({ learningRate: 0.1 });
    const loss = ({ x }: { x: Float32Array }) => tf.sum(dense.forward(tf.tensor2d(x, [8, 3]))) as tf.Scalar;
    const seen: number[][][] = [];
    for await (const { step } of train({ model: { dense }, batches: batches(0), optimizer, rng, loss, steps: 4 })) {
      seen.push([[...dense.kernel.dataSync()], [...dense.bias!.dataSync()]]);
      if (step === 2) {
        unfreeze(dense);
        freeze(dense, (path) => path === "bias");
      }
    }
    const changed = seen.slice(1).map((now, i) => now.map((values, part) => values.join() !== seen[i]![part]!.join()));
    expect(changed).toEqual([
      [false, true],
      [true, false],
      [true, false],
    ]);
  });

  it("takes a metric named loss, and leaves no tensor of it", async () => {
    const { model, optimizer, rng } = regression(0, () => adamW({ learningRate: 0.1 }));
    const loss = () => ({ loss: tf.sum(model.dense.kernel) as tf.Scalar, metrics: { loss: tf.scalar(7) } });
    const counts: number[] = [];
    for await (const step of train({ model, batches: batches(0), optimizer, rng, loss, steps: 4 })) {
      expect(step.metrics).toEqual({ loss: 7 });
      expect(step.loss).not.toBe(7);
      counts.push(tf.memory().numTensors);
    }
    expect(new Set(counts).size).toBe(1);
  });

  it("says so when nothing is trainable, or the loss is no number", async () => {
    const { model, optimizer, rng, run } = regression(0, () => adamW({ learningRate: 0.1 }));
    const nan = train({
      model,
      batches: batches(0),
      optimizer,
      rng,
      loss: () => tf.sum(tf.mul(model.dense.kernel, NaN)) as tf.Scalar,
    });
    await expect(nan.next()).rejects.toThrow(/loss is NaN at step 1/);
    freeze(model);
    await expect(run(1).next()).rejects.toThrow(/no trainable variable/);
  });
});

describe("ProgressLine", () => {
  it("shows step, loss, metrics and the time left", () => {
    const progress = new ProgressLine({
      totalSteps: 100,
      tokensPerStep: 64,
      metrics: { accuracy: { label: "accuracy", percent: true } },
    });
    const line = progress.add({
      step: 40,
      loss: 2.5,
      metrics: { accuracy: 0.123 },
      learningRate: 1,
      milliseconds: 1000,
    });
    expect(line).toBe("step  40/100  loss 2.500  accuracy 12.3 %  64 tokens/s  1:00 left");
  });
});
