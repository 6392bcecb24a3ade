import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { checkGradients } from "./check-gradients.ts";

beforeAll(() => tf.setBackend("cpu"));

const variables = new Map([["w", { shape: [2, 3] } as tf.Variable]]);

it("accepts gradients of some of the variables", () => {
  expect(() => checkGradients("f", variables, new Map([["w", tf.zeros([2, 3])]]))).not.toThrow();
  expect(() => checkGradients("f", variables, new Map())).not.toThrow();
});

it("rejects another path, and another shape", () => {
  expect(() => checkGradients("f", variables, new Map([["v", tf.zeros([2, 3])]]))).toThrow(
    'f: there is a gradient for "v" but no variable of that path.',
  );
  expect(() => checkGradients("f", variables, new Map([["w", tf.zeros([6])]]))).toThrow(
    'f: the gradient for "w" has shape [6], its variable [2,3].',
  );
});
