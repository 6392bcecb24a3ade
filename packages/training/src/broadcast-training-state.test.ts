import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { dispose } from "@bertkit/nn";
import { groupInProcess } from "./__fixtures__/group-in-process.ts";
import { losses, regression } from "./__fixtures__/regression.ts";
import { adamW } from "./adam-w.ts";
import { broadcastTrainingState, broadcastVariables } from "./broadcast-training-state.ts";

beforeAll(() => tf.setBackend("cpu"));

const member = (seed: number) => regression(seed, () => adamW({ learningRate: 0.1 }));

it("gives every process the weights of rank 0", async () => {
  const [group0, group1] = groupInProcess(2);
  const [first, second] = [member(1), member(2)];
  await Promise.all([broadcastVariables(first.model, group0!), broadcastVariables(second.model, group1!)]);
  expect(second.model.dense.kernel.dataSync()).toEqual(first.model.dense.kernel.dataSync());
  dispose([first.model, second.model]);
});

it("gives every process the state of rank 0, from which both train alike", async () => {
  const [group0, group1] = groupInProcess(2);
  const [first, second] = [member(1), member(2)];
  await losses(first.run(3));
  await Promise.all([broadcastTrainingState(first, group0!), broadcastTrainingState(second, group1!)]);
  expect(second.optimizer.step).toBe(3);
  expect(await losses(second.run(6, 3))).toEqual(await losses(first.run(6, 3)));
});
