import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { Dense, Rng, variables } from "@bertkit/nn";

import {
  adamW,
  muon,
  nadam,
  optimizerByPath,
  restoreTrainingState,
  trainingState,
  type Optimizer,
  type TrainingState,
} from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

/** A model with an optimizer that has done `steps` updates. */
function run(seed: number, makeOptimizer: () => Optimizer, steps: number) {
  const rng = new Rng(seed);
  const model = new Dense({ inputSize: 3, outputSize: 2, rng });
  const optimizer = makeOptimizer();
  const own = variables(model);
  for (let step = 0; step < steps; step++)
    optimizer.update(own, new Map(Array.from(own, ([path, { shape }]) => [path, tf.fill(shape, rng.normal())])));
  return { model, optimizer, rng };
}

const everything = (parts: ReturnType<typeof run>): unknown => {
  const { tensors, json } = trainingState(parts);
  return [json, Array.from(tensors, ([name, tensor]) => [name, tensor.shape, [...tensor.dataSync()]])];
};

type Damage = (state: TrainingState) => unknown;
const without =
  (name: string): Damage =>
  ({ tensors }) =>
    tensors.delete(name);
const as =
  (name: string, value: () => tf.Tensor): Damage =>
  ({ tensors }) =>
    tensors.set(name, value());
const json =
  (changes: object): Damage =>
  (state) =>
    Object.assign(state.json, changes);

describe.each([
  ["adamW", () => adamW({ learningRate: 0.1 }), "nadam"],
  ["nadam", () => nadam({ learningRate: 0.1 }), "adamW"],
  [
    "optimizerByPath",
    () =>
      optimizerByPath([
        { optimizer: muon(), updates: (path) => path === "kernel" },
        { optimizer: adamW({ learningRate: 0.1 }) },
      ]),
    "adamW",
  ],
])("restoreTrainingState, with %s", (_, makeOptimizer, another) => {
  it.each<[string, Damage, RegExp]>([
    ["a missing variable", without("model/bias"), /"bias" needs shape \[2\] of float32, the state has nothing/],
    ["a variable of another shape", as("model/bias", () => tf.zeros([3])), /"bias" .* float32 of shape \[3\]/],
    ["a variable of another dtype", as("model/bias", () => tf.zeros([2], "int32")), /"bias" .* int32 of shape \[2\]/],
    ["an extra variable", as("model/gamma", () => tf.zeros([2])), /has "model\/gamma", which the model does not have/],
    ["an unknown kind of entry", as("bias", () => tf.zeros([2])), /has "bias", which the model does not have/],
    ["a missing moment", without("optimizer/v/bias"), /"m\/bias" but no "v\/bias"/],
    ["a moment of another shape", as("optimizer/m/bias", () => tf.zeros([1])), /"m\/bias" needs shape \[2\]/],
    ["a moment of another dtype", as("optimizer/m/bias", () => tf.zeros([2], "int32")), /"m\/bias" .* int32/],
    ["a moment without a variable", as("optimizer/m/gamma", () => tf.zeros([2])), /has "optimizer\/m\/gamma"/],
    ["an unknown kind of moment", as("optimizer/u/bias", () => tf.zeros([2])), /"u\/bias", which it does not know/],
    ["another optimizer", json({ optimizer: another }), new RegExp(`the state is one of ${another}`)],
    ["no step", json({ step: undefined }), /step is undefined/],
    ["half a step", json({ step: 1.5 }), /step is 1\.5/],
    ["a negative step", json({ step: -1 }), /step is -1/],
    ["an extra number", json({ numbers: { momentumProduct: 1, beta: 2 } }), /has a (beta|momentumProduct)/],
    ["no random state", json({ rng: undefined }), /not four 32-bit words/],
    ["a short random state", json({ rng: [1, 2, 3] }), /not four 32-bit words/],
    ["a random state of zeros", json({ rng: [0, 0, 0, 0] }), /not four 32-bit words/],
    ["a random state of fractions", json({ rng: [1, 2, 3, 0.5] }), /not four 32-bit words/],
  ])("rejects %s, and changes nothing", (_name, damage, message) => {
    const parts = run(2, makeOptimizer, 1);
    const before = everything(parts);
    const saved = trainingState(run(1, makeOptimizer, 3));
    const state = { tensors: new Map(saved.tensors), json: structuredClone(saved.json) };
    damage(state);
    expect(() => restoreTrainingState(parts, state)).toThrow(message);
    expect(everything(parts)).toEqual(before);
  });

  it("restores its own, through JSON, and leaks no tensor", () => {
    const saved = run(1, makeOptimizer, 3);
    const parts = run(2, makeOptimizer, 1);
    const { tensors, json: plain } = trainingState(saved);
    const { numTensors } = tf.memory();
    restoreTrainingState(parts, { tensors, json: JSON.parse(JSON.stringify(plain)) as typeof plain });
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(everything(parts)).toEqual(everything(saved));
  });

  it("restores a state in which a variable has no moments yet", () => {
    const { tensors, json: plain } = trainingState(run(1, makeOptimizer, 0));
    const parts = run(2, makeOptimizer, 1);
    restoreTrainingState(parts, { tensors, json: plain });
    expect(parts.optimizer.step).toBe(0);
  });
});

it("nadam rejects a state without its number", () => {
  const make = () => nadam();
  const { tensors, json: plain } = trainingState(run(1, make, 1));
  const state = { tensors, json: { ...plain, numbers: {} } };
  expect(() => restoreTrainingState(run(2, make, 1), state)).toThrow("the state has no momentumProduct");
});

it("a custom optimizer that throws leaves the model and the random state unchanged", () => {
  const rejecting: Optimizer = {
    ...adamW({ learningRate: 1 }),
    restore: () => {
      throw new Error("not mine");
    },
  };
  const parts = run(2, () => rejecting, 0);
  const before = everything(parts);
  const saved = trainingState(run(1, () => adamW({ learningRate: 1 }), 1));
  expect(() => restoreTrainingState(parts, saved)).toThrow("not mine");
  expect(everything(parts)).toEqual(before);
});
