import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, expect, it } from "vitest";

import { ownedTensor } from "./owned-tensor.ts";

beforeAll(() => tf.setBackend("cpu"));
afterEach(() => {
  if (tf.getKernel("BertkitOwnValues", "cpu") !== undefined) tf.unregisterKernel("BertkitOwnValues", "cpu");
});

it.each([
  ["float32", Float32Array.of(1.5, 0)],
  ["int32", Int32Array.of(3, 0)],
  ["bool", Uint8Array.of(1, 0)],
] as const)("makes a %s tensor", (dtype, values) => {
  const tensor = ownedTensor<tf.Rank.R2>(values, [1, 2], dtype);
  expect(tensor).toMatchObject({ shape: [1, 2], dtype });
  expect([...tensor.dataSync()]).toEqual([...values]);
  tensor.dispose();
});

it("tells the backend whose array it is", () => {
  const seen: unknown[] = [];
  const kernelFunc: tf.KernelFunc = ({ attrs }) => {
    seen.push((attrs as unknown as { tensor: tf.Tensor }).tensor.dataId);
    return [];
  };
  tf.registerKernel({ kernelName: "BertkitOwnValues", backendName: "cpu", kernelFunc });
  const tensor = ownedTensor(Float32Array.of(1), [1]);
  expect(seen).toEqual([tensor.dataId]);
  tensor.dispose();
});

it("refuses another number of values", () => {
  expect(() => ownedTensor(new Float32Array(5), [2, 3])).toThrow(
    new RangeError("ownedTensor: shape [2,3] has 6 elements, got 5 values."),
  );
});
