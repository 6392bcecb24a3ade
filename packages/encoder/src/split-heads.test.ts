import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { mergeHeads, splitHeads } from "./split-heads.ts";

beforeAll(() => tf.setBackend("cpu"));

it("splits vectors between heads and merges them again", () => {
  const x = tf.tensor3d([[[0, 1, 2, 3], [4, 5, 6, 7]]]); // prettier-ignore
  const heads = splitHeads(x, 2);
  expect(heads.arraySync()).toEqual([[[[0, 1], [4, 5]], [[2, 3], [6, 7]]]]); // prettier-ignore
  expect(mergeHeads(heads).arraySync()).toEqual(x.arraySync());
});

it("rejects heads that do not divide the size", () => {
  expect(() => splitHeads(tf.zeros([1, 2, 4]), 3)).toThrow(/heads must divide the size 4, got 3/);
});
