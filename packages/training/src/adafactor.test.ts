import * as tf from "@tensorflow/tfjs-core";
import { Rng } from "@bertkit/nn";
import { beforeAll, expect, it } from "vitest";

import { adafactor, type AdafactorOptions } from "./adafactor.ts";
import { adamW } from "./adam-w.ts";
import { optimizerByPath } from "./optimizer-by-path.ts";
import { restoreTrainingState, trainingState } from "./training-state.ts";

beforeAll(() => tf.setBackend("cpu"));

const modelOf = () => ({
  kernel: tf.variable(tf.tensor2d([0.5, -0.2, 0.1, 0.3, 0.2, -0.4], [3, 2])),
  bias: tf.variable(tf.tensor1d([0.1, -0.1])),
});

function step(optimizer: ReturnType<typeof adafactor>, model: ReturnType<typeof modelOf>, scale: number): void {
  tf.tidy(() => {
    const gradients = new Map(
      Object.entries(model).map(([path, variable]) => [path, tf.mul(tf.cos(variable), scale)] as const),
    );
    optimizer.update(new Map<string, tf.Variable>(Object.entries(model)), gradients);
  });
}

it.each([
  ["alone", (options: AdafactorOptions) => adafactor(options)],
  [
    "for matrices, with AdamW for the rest",
    (options: AdafactorOptions) =>
      optimizerByPath([
        { optimizer: adafactor(options), updates: (path) => path === "kernel" },
        { optimizer: adamW({ learningRate: 0.1 }) },
      ]),
  ],
])("resumes from a saved state with the same bits: %s", (_, create) => {
  const [optimizer, model, rng] = [create({ beta1: 0.9, weightDecay: 0.1 }), modelOf(), new Rng(1)];
  for (let i = 1; i <= 3; i++) step(optimizer, model, i);
  const [again, other, otherRng] = [create({ beta1: 0.9, weightDecay: 0.1 }), modelOf(), new Rng(2)];
  const saved = trainingState({ model, optimizer, rng });
  restoreTrainingState({ model: other, optimizer: again, rng: otherRng }, saved);
  for (const [one, its] of [
    [optimizer, model],
    [again, other],
  ] as const)
    step(one, its, 4);
  for (const name of ["kernel", "bias"] as const) expect(other[name].dataSync()).toEqual(model[name].dataSync());
  expect(saved.tensors.get("optimizer/row/kernel")!.shape).toEqual([3]);
});

it("rejects the state of a model with other shapes", () => {
  const [optimizer, model, rng] = [adafactor(), modelOf(), new Rng(1)];
  step(optimizer, model, 1);
  const state = trainingState({ model, optimizer, rng });
  state.tensors.set("optimizer/column/kernel", tf.zeros([5]));
  expect(() => restoreTrainingState({ model: modelOf(), optimizer: adafactor(), rng }, state)).toThrow(
    'restoreTrainingState: "column/kernel" needs shape [2] of float32, the state has float32 of shape [5].',
  );
});
