import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { checkIds } from "./check-ids.ts";

beforeAll(() => tf.setBackend("cpu"));

const ids = (...values: number[]): tf.Tensor => tf.tensor1d(values, "int32");

it("accepts ids from 0 to count − 1", () => {
  expect(() => checkIds("f", "ids", ids(0, 2, 1), 3)).not.toThrow();
  expect(() => checkIds("f", "ids", tf.zeros([0], "int32"), 3)).not.toThrow();
});

it.each([3, -1])("rejects %i of 3", (id) => {
  expect(() => checkIds("f", "ids", ids(0, id), 3)).toThrow(RangeError);
  expect(() => checkIds("f", "ids", ids(0, id), 3)).toThrow(`f: ids must be from 0 to 2, got ${id}.`);
});
