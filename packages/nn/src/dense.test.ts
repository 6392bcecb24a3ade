import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { adapterChanges, Dense } from "./dense.ts";
import { dispose } from "./dispose.ts";
import { ones } from "./initializers.ts";
import { Rng } from "./rng.ts";

beforeAll(() => tf.setBackend("cpu"));

it("computes x · kernel + bias", () => {
  const dense = new Dense({ inputSize: 2, outputSize: 3, rng: new Rng(0) });
  dense.kernel.assign(tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]));
  dense.bias!.assign(tf.tensor1d([10, 20, 30]));
  const y = dense.forward(tf.tensor3d([1, 1, 0, 2], [1, 2, 2]));
  expect(y.shape).toEqual([1, 2, 3]);
  expect([...y.dataSync()]).toEqual([15, 27, 39, 18, 30, 42]);
  dispose(dense);
});

it("has an initial bias of zero, or none", () => {
  const dense = new Dense({ inputSize: 2, outputSize: 3, rng: new Rng(0) });
  expect([...dense.bias!.dataSync()]).toEqual([0, 0, 0]);
  const plain = new Dense({ inputSize: 2, outputSize: 1, rng: new Rng(0), useBias: false, initializer: ones });
  expect(plain.bias).toBeUndefined();
  expect([...plain.forward(tf.tensor2d([[2, 3]])).dataSync()]).toEqual([5]);
  dispose([dense, plain]);
});

it("adds the output of an adapter, and counts attaching and detaching", () => {
  const dense = new Dense({ inputSize: 2, outputSize: 1, rng: new Rng(0), useBias: false, initializer: ones });
  const at = adapterChanges();
  dense.setAdapter({ forward: (x) => tf.mul(tf.sum(x, 1, true), 10) });
  expect([...dense.forward(tf.tensor2d([[2, 3]])).dataSync()]).toEqual([55]);
  dense.setAdapter(undefined);
  expect([...dense.forward(tf.tensor2d([[2, 3]])).dataSync()]).toEqual([5]);
  expect([adapterChanges() - at, "adapter" in dense]).toEqual([2, false]);
  dispose(dense);
});
