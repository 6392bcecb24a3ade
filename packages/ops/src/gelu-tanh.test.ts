import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { checkGradients, randomTensor } from "./__fixtures__/check-gradients.ts";
import { geluTanh } from "./gelu-tanh.ts";

beforeAll(() => tf.setBackend("cpu"));

it("has the published values", () => {
  expect(geluTanh(tf.tensor1d([-3, -1, 0, 1, 3])).dataSync()).toBeAllClose([
    -0.00363739, -0.15880801, 0, 0.841192, 2.9963627,
  ]);
});

it("has the right gradient", () => {
  checkGradients((x) => geluTanh(x), [randomTensor([3, 5], 2)]);
});
