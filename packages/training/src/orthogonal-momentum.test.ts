import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { orthogonalMomentum } from "./orthogonal-momentum.ts";
import { Slots } from "./slots.ts";
import type { UpdateStep } from "./transform.ts";

beforeAll(() => tf.setBackend("cpu"));

const options = { momentum: 0.5, nesterov: false, iterations: 5 };

function apply(gradient: tf.Tensor): tf.Tensor {
  const slots = new Slots();
  const slot = (name: string, path: string): tf.Variable => slots.get(name, path, gradient.shape);
  return orthogonalMomentum(options)
    .apply(new Map([["w", gradient]]), { slot } as never as UpdateStep)
    .get("w")!;
}

it("gives nearly orthogonal rows, scaled by √(outputs / inputs)", () => {
  const change = apply(tf.randomNormal([2, 8], 0, 1, "float32", 1)) as tf.Tensor2D;
  const products = tf.matMul(change, change, false, true).arraySync();
  const [[a, b], [c, d]] = products as [[number, number], [number, number]];
  for (const square of [a, d]) expect(square / 4).toBeGreaterThan(0.4); // singular values near 1, times √(8 / 2)
  for (const square of [a, d]) expect(square / 4).toBeLessThan(1.6);
  for (const product of [b, c]) expect(Math.abs(product) / 4).toBeLessThan(0.4);
});

it("rejects a variable that is not a matrix", () => {
  const { check } = orthogonalMomentum(options);
  expect(() => check?.(new Map([["w", tf.ones([3])]]))).toThrow('muon: "w" has shape [3]');
});
