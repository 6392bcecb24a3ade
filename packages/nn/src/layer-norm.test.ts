import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { dispose } from "./dispose.ts";
import { LayerNorm } from "./layer-norm.ts";

beforeAll(() => tf.setBackend("cpu"));

it("normalizes the last axis, then scales and shifts", () => {
  const norm = new LayerNorm({ size: 2 });
  norm.gamma.assign(tf.tensor1d([2, 3]));
  norm.beta!.assign(tf.tensor1d([10, 20]));
  const y = norm.forward(tf.tensor3d([1, 3, 8, 4], [1, 2, 2]));
  expect(y.shape).toEqual([1, 2, 2]);
  expect(y.dataSync()).toBeAllClose([8, 23, 12, 17], { absolute: 1e-5 });
  dispose(norm);
});

it("is initially without effect on normalized vectors, with BERT's epsilon", () => {
  const norm = new LayerNorm({ size: 2 });
  expect([...norm.gamma.dataSync(), ...norm.beta!.dataSync()]).toEqual([1, 1, 0, 0]);
  expect(norm.epsilon).toBe(1e-12);
  expect(norm.forward(tf.tensor2d([[-1, 1]])).dataSync()).toBeAllClose([-1, 1], { absolute: 1e-6 });
  dispose(norm);
});
