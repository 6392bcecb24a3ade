import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import type { Context } from "./context.ts";
import { Dense } from "./dense.ts";
import { dispose } from "./dispose.ts";
import { Dropout } from "./dropout.ts";
import { recompute } from "./recompute.ts";
import { Rng } from "./rng.ts";

beforeAll(() => tf.setBackend("cpu"));

it("has the value and gradients of the plain computation, with the same dropout", () => {
  const part = { dense: new Dense({ inputSize: 4, outputSize: 4, rng: new Rng(1) }), dropout: new Dropout(0.5) };
  const x = tf.randomNormal<tf.Rank.R2>([3, 4], 0, 1, "float32", 2);
  const compute = (x: tf.Tensor2D, context: Context): tf.Tensor2D =>
    part.dropout.forward(tf.tanh(part.dense.forward(x)), context);
  const run = (f: (x: tf.Tensor2D, context: Context) => tf.Tensor2D) => {
    const context = { training: true, rng: new Rng(5) };
    const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(f(x, context))));
    return [value, ...Object.values(grads)].map((tensor) => [...tensor.dataSync()]);
  };
  let calls = 0;
  const counted: typeof compute = (...of) => {
    calls++;
    return compute(...of);
  };
  const plain = run(compute);
  expect(run((x, context) => recompute(part, x, context, counted))).toEqual(plain);
  expect(calls).toBe(2); // forward and backward
  dispose(part);
});
