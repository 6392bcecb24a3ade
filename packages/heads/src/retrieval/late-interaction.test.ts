import { bertSizes, createBert } from "@bertkit/encoder";
import { dispose, inference, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, expect, it } from "vitest";
import { LateInteraction, maxSim } from "./late-interaction.ts";

await tf.setBackend("cpu");
const config = { ...bertSizes.tiny, vocabularySize: 9, hiddenSize: 4, attentionHeads: 2, intermediateSize: 8 };
const model = new LateInteraction({
  encoder: createBert({ ...config, hiddenLayers: 1 }, new Rng(1)),
  size: 3,
  rng: new Rng(2),
});
afterAll(() => dispose(model));

it("has a unit vector for each token, and zeros for padding", () => {
  const lengths = tf.tidy(() => {
    const inputIds = tf.tensor2d(
      [
        [1, 2, 3],
        [4, 5, 0],
      ],
      undefined,
      "int32",
    );
    const attentionMask = tf.tensor2d(
      [
        [1, 1, 1],
        [1, 1, 0],
      ],
      undefined,
      "int32",
    );
    return tf
      .sqrt(tf.sum(tf.square(model.forward({ inputIds, attentionMask }, inference)), 2))
      .arraySync() as number[][];
  });
  lengths.flat().forEach((length, i) => expect(length).toBeCloseTo(i === 5 ? 0 : 1, 5));
});

it("sums, over a query's tokens, the largest product with a document's tokens", () => {
  const scores = tf.tidy(() => {
    const queries = tf.tensor3d([
      [
        [1, 0],
        [0, 1],
      ],
      [
        [0, 2],
        [0, 0],
      ],
    ]);
    const documents = tf.tensor3d([
      [
        [3, 1],
        [2, 4],
        [0, 0],
      ],
      [
        [-1, -2],
        [-3, -1],
        [9, 9],
      ],
    ]);
    const mask = tf.tensor2d(
      [
        [1, 1, 1],
        [1, 1, 0],
      ],
      undefined,
      "int32",
    );
    return maxSim(queries, documents, mask).arraySync();
  });
  expect(scores).toEqual([
    [7, -2],
    [8, -2],
  ]);
});

it("rejects vectors of different lengths", () => {
  expect(() => tf.tidy(() => maxSim(tf.zeros([1, 1, 2]), tf.zeros([1, 1, 3])))).toThrow(
    /one size, got \[1,1,2\] and \[1,1,3\]/,
  );
  expect(() => new LateInteraction({ encoder: model.encoder, rng: new Rng(0), size: 0 })).toThrow(/size/);
});
