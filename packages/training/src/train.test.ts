import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { Dense, dispose, freeze, Rng, unfreeze } from "@bertkit/nn";
import { batches, losses, regression } from "./__fixtures__/regression.ts";
import { adamW } from "./adam-w.ts";
import { nadam } from "./nadam.ts";
import { train } from "./train.ts";
import { restoreTrainingState, trainingState } from "./training-state.ts";

beforeAll(() => tf.setBackend("cpu"));

it.each([
  ["adamW", () => adamW({ learningRate: 0.05, weightDecay: 0 })],
  ["nadam", () => nadam({ learningRate: 0.05 })],
])("learns with %s and leaks no tensor", async (_, makeOptimizer) => {
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
])("resumes with %s as if it had never stopped", async (_, makeOptimizer) => {
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

it("stops after the step during which the signal aborts", async () => {
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

it.each([1, 2])("applies freezing and unfreezing from the next step on, of %i batches", async (accumulate) => {
  const rng = new Rng(0);
  const dense = new Dense({ inputSize: 3, outputSize: 1, rng });
  freeze(dense, (path) => path === "kernel");
  const optimizer = adamW({ learningRate: 0.1 });
  const loss = ({ x }: { x: Float32Array }) => tf.sum(dense.forward(tf.tensor2d(x, [8, 3]))) as tf.Scalar;
  const seen: number[][][] = [];
  const options = { model: { dense }, batches: batches(0), optimizer, rng, loss, accumulate, steps: 4 };
  for await (const { step } of train(options)) {
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

it("accepts a metric named loss, and leaks no tensor of it", async () => {
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

it("ends without a step if the signal ends the batches", async () => {
  const controller = new AbortController();
  const { model, optimizer, rng } = regression(0, () => adamW({ learningRate: 0.1 }));
  const none = (async function* (): AsyncGenerator<number> {
    controller.abort();
    yield* [];
  })();
  const loss = () => tf.sum(model.dense.kernel) as tf.Scalar;
  const options = { model, batches: none, optimizer, rng, loss, signal: controller.signal };
  expect(await losses(train(options))).toEqual([]);
});

it("throws if nothing is trainable, or if the loss is NaN", async () => {
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

it("throws if there are too few batches for one step of accumulate", async () => {
  const model = { dense: new Dense({ inputSize: 1, outputSize: 1, rng: new Rng(0) }) };
  const loss = (): tf.Scalar => tf.sum(model.dense.forward(tf.ones([1, 1])));
  const steps = train({ model, batches: [1, 2, 3], optimizer: nadam(), rng: new Rng(0), accumulate: 4, loss });
  await expect(losses(steps)).rejects.toThrow(
    "train: 3 batches are too few for a step with accumulate 4, so nothing was trained.",
  );
});

it.each([{}, { accumulate: 2 }])("goes on after a first loss of 0, with %j", async (options) => {
  const model = { dense: new Dense({ inputSize: 1, outputSize: 1, rng: new Rng(0) }) };
  const optimizer = adamW({ learningRate: 0.01 });
  const loss = (value: number): tf.Scalar => tf.add(tf.mul(tf.sum(model.dense.kernel), 0), value);
  const run = (values: number[], divergence?: number) => {
    const batches = values.flatMap((value) => Array<number>(options.accumulate ?? 1).fill(value));
    const limit = divergence === undefined ? {} : { divergence };
    return losses(train({ model, batches, optimizer, rng: new Rng(0), loss, ...limit, ...options }));
  };
  expect(await run([0, 0, 8, 64])).toEqual([0, 0, 8, 64]);
  expect(await run([0, 8, 16], 2)).toEqual([0, 8, 16]);
  await expect(run([0, 8, 17], 2)).rejects.toThrow("train: the loss diverged to 17");
  optimizer.dispose();
  dispose(model);
});
