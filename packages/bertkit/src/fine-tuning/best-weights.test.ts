import { Dense, dispose, Lora, Rng, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { BestWeights } from "./best-weights.ts";

beforeAll(() => tf.setBackend("cpu"));

test("keeps and restores the initial variables, even if an adapter is attached in between", () => {
  const rng = new Rng(0);
  const dense = (): Dense => new Dense({ inputSize: 2, outputSize: 1, rng });
  const model = { first: dense(), second: dense() };
  const own = [...variables(model).values()];
  const values = (): number[][] => own.map((variable) => [...variable.dataSync()]);
  const add = (amount: number): void =>
    tf.tidy(() => {
      for (const variable of own) variable.assign(tf.add(variable, amount));
    });
  const best = new BestWeights(model);
  const lora = new Lora(model, { layers: (path) => path === "first", rank: 1, rng });
  add(1);
  const kept = values();
  best.keep();
  add(1);
  expect(values()).not.toEqual(kept);
  best.restore();
  expect(values()).toEqual(kept);
  lora.dispose();
  best.dispose();
  dispose(model);
  expect(tf.memory().numTensors).toBe(0);
});
