import { bertSizes, createBert } from "@bertkit/encoder";
import { Dense, dispose, inference, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, expect, it } from "vitest";
import { flopsLoss, SparseEmbedder } from "./sparse-embedding.ts";

await tf.setBackend("cpu");
const config = { ...bertSizes.tiny, vocabularySize: 9, hiddenSize: 4, attentionHeads: 2, intermediateSize: 8 };
const encoder = createBert({ ...config, hiddenLayers: 1 }, new Rng(1));
const dense = new Dense({ inputSize: 4, outputSize: 9, rng: new Rng(2) });
const scorer = { dense, forward: (vectors: tf.Tensor3D) => tf.reshape(dense.forward(vectors), [-1, 9]) as tf.Tensor2D };
const model = new SparseEmbedder({ encoder, scorer });
afterAll(() => dispose(model));

it("is the largest log(1 + max(0, logit)) over a text's tokens, without padding", () => {
  tf.tidy(() => {
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
    const inputs = { inputIds, attentionMask };
    const found = model.forward(inputs, inference).arraySync();
    const logits = dense.forward(encoder.forward(inputs, inference).sequenceOutput).arraySync();
    const expected = [3, 2].map((count, row) =>
      Array.from({ length: 9 }, (_, id) =>
        Math.max(...logits[row]!.slice(0, count).map((token) => Math.log1p(Math.max(0, token[id]!)))),
      ),
    );
    found.forEach((row, i) => row.forEach((weight, id) => expect(weight).toBeCloseTo(expected[i]![id]!, 6)));
    expect(found.flat().filter((weight) => weight === 0).length).toBeGreaterThan(0);
  });
});

it("counts mean weights squared", () => {
  expect(
    tf.tidy(() =>
      flopsLoss(
        tf.tensor2d([
          [1, 0, 2],
          [3, 0, 0],
        ]),
      ).arraySync(),
    ),
  ).toBe(5);
});
