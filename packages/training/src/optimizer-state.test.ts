import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { checkOptimizerState, splitSlot } from "./optimizer-state.ts";

beforeAll(() => tf.setBackend("cpu"));

const one = (): tf.Tensor => tf.ones([2]);
const good = () => ({
  kind: "adamW",
  step: 3,
  slots: new Map([
    ["m/w", one()],
    ["v/w", one()],
  ]),
});

it("accepts a complete state", () => {
  expect(() => checkOptimizerState("adamW", good(), { slots: ["m", "v"] })).not.toThrow();
  expect(() =>
    checkOptimizerState("f", { step: 0, slots: new Map(), numbers: { x: 1 } }, { slots: [], numbers: ["x"] }),
  ).not.toThrow();
});

it.each([
  [{ kind: "nadam" }, /nadam/],
  [{ step: -1 }, /step is -1/],
  [{ step: 1.5 }, /step is 1.5/],
  [{ numbers: { x: 1 } }, /has a x/],
  [{ slots: new Map([["m/w", { dtype: "float32", shape: [2] } as tf.Tensor]]) }, /"m\/w" but no "v\/w"/],
  [{ slots: new Map([["u/w", { dtype: "float32", shape: [2] } as tf.Tensor]]) }, /"u\/w"/],
  [{ slots: new Map([["m/w", { dtype: "int32", shape: [2] } as tf.Tensor]]) }, /is int32, not float32/],
])("rejects %o", (change, message) => {
  expect(() => checkOptimizerState("adamW", { ...good(), ...change }, { slots: ["m", "v"] })).toThrow(message);
});

it("splits a slot's name at the first slash", () => {
  expect(splitSlot("m/encoder/bias")).toEqual(["m", "encoder/bias"]);
});
