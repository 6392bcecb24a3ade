import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, expect, it } from "vitest";

import { barrier } from "./barrier.ts";

beforeAll(() => tf.setBackend("cpu"));

const backendName = "cpu";
afterEach(() => {
  if (tf.getKernel("BertkitBarrier", backendName) !== undefined) tf.unregisterKernel("BertkitBarrier", backendName);
});

it("does nothing on a backend without the kernel", () => {
  const x = tf.tensor1d([1]);
  const before = tf.memory().numTensors;
  barrier(x);
  expect(tf.memory().numTensors).toBe(before);
});

it("runs the backend's kernel and frees its result", () => {
  const x = tf.tensor1d([1]);
  const seen: tf.DataId[] = [];
  const kernelFunc: tf.KernelFunc = ({ inputs, backend }) => {
    seen.push(inputs["x"]!.dataId);
    return (backend as unknown as { makeTensorInfo: (shape: number[], dtype: string) => tf.TensorInfo }).makeTensorInfo(
      [1],
      "float32",
    );
  };
  tf.registerKernel({ kernelName: "BertkitBarrier", backendName, kernelFunc });
  const before = tf.memory().numTensors;
  barrier(x);
  expect(seen).toEqual([x.dataId]);
  expect(tf.memory().numTensors).toBe(before);
});
