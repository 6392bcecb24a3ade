import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { checkGradients, randomTensor } from "./__fixtures__/check-gradients.ts";
import { gelu } from "./gelu.ts";

beforeAll(() => tf.setBackend("cpu"));

it("has the published values", () => {
  expect(gelu(tf.tensor1d([-3, -1, 0, 1, 3])).dataSync()).toBeAllClose([
    -0.00404969, -0.15865525, 0, 0.84134475, 2.9959503,
  ]);
});

it("has the right gradient", () => {
  checkGradients((x) => gelu(x), [randomTensor([3, 5], 1)]);
});
