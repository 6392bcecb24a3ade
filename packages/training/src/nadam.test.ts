import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { nadam } from "./nadam.ts";

beforeAll(() => tf.setBackend("cpu"));

it("follows the formulas for two steps", () => {
  const w = tf.variable(tf.tensor1d([1]));
  const optimizer = nadam({ learningRate: 0.1, epsilon: 0 });
  let [m, v, expected, product] = [0, 0, 1, 1];
  [0.5, -2].forEach((g, index) => {
    optimizer.update(new Map([["w", w]]), new Map([["w", tf.tensor1d([g])]]));
    const t = index + 1;
    const u = 0.9 * (1 - 0.5 * 0.96 ** t);
    const next = 0.9 * (1 - 0.5 * 0.96 ** (t + 1));
    product *= u;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const direction = (next * m) / (1 - product * next) + ((1 - u) * g) / (1 - product);
    expected -= (0.1 * direction) / Math.sqrt(v / (1 - 0.999 ** t));
  });
  expect(w.dataSync()).toBeAllClose([expected]);
});
