import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { checkGradients, randomTensor } from "./__fixtures__/check-gradients.ts";
import { linear } from "./linear.ts";

beforeAll(() => tf.setBackend("cpu"));

it("keeps the leading axes, with gradients of all inputs", () => {
  const inputs = [randomTensor([2, 3, 4], 7), randomTensor([4, 5], 8), randomTensor([5], 9)];
  expect(linear(inputs[0]!, inputs[1]!, inputs[2]!).shape).toEqual([2, 3, 5]);
  checkGradients((x, kernel, bias) => linear(x, kernel, bias), inputs);
});

it("rejects a kernel of another input size", () => {
  expect(() => linear(tf.zeros([2, 3]), tf.zeros([4, 5]), tf.zeros([5]))).toThrow(
    "linear: the last axis of x must be the kernel's input size 4, got x [2,3] and kernel [4,5].",
  );
});
