import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { gatherPositions } from "./gather-positions.ts";

beforeAll(() => tf.setBackend("cpu"));

it("gathers each row's positions", () => {
  const sequence = tf.tensor3d([1, 2, 3, 4, 5, 6], [2, 3, 1]);
  const positions = tf.tensor2d([2, 0, 1, 1], [2, 2], "int32");
  expect(Array.from(gatherPositions(sequence, positions).dataSync())).toEqual([3, 1, 5, 5]);
  const gradient = tf.grad((s) => tf.sum(gatherPositions(s as tf.Tensor3D, positions)))(sequence);
  expect(Array.from(gradient.dataSync())).toEqual([1, 0, 1, 0, 2, 0]);
});

it("rejects positions outside the sequence, and another batch size", () => {
  const sequence = tf.zeros<tf.Rank.R3>([2, 3, 1]);
  expect(() => gatherPositions(sequence, tf.tensor2d([[0], [3]], [2, 1], "int32"))).toThrow(
    "gatherPositions: positions must be from 0 to 2, got 3.",
  );
  expect(() => gatherPositions(sequence, tf.tensor2d([[0]], [1, 1], "int32"))).toThrow(/batch size/);
});
