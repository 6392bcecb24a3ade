import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { runTransform } from "./__fixtures__/run-transform.ts";
import { nadamMoments } from "./nadam-moments.ts";

beforeAll(() => tf.setBackend("cpu"));

it("follows the formulas with the momentum schedule of Keras", () => {
  const momentum = (step: number): number => 0.9 * (1 - 0.5 * 0.96 ** step);
  let [m, v, product] = [0, 0, 1];
  const gradients = [0.5, -2, 1];
  const expected = gradients.map((g, i) => {
    const step = i + 1;
    product *= momentum(step);
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const ofMoment = momentum(step + 1) / (1 - product * momentum(step + 1));
    const ofGradient = (1 - momentum(step)) / (1 - product);
    return (ofMoment * m + ofGradient * g) / Math.sqrt(v / (1 - 0.999 ** step));
  });
  expect(runTransform(nadamMoments({ beta1: 0.9, beta2: 0.999, epsilon: 0 }), gradients)).toBeAllClose(expected);
});
