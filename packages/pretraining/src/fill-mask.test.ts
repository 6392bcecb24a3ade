import { dispose, inference } from "@bertkit/nn";
import { bertInputs } from "@bertkit/encoder";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { tinyModel } from "./__fixtures__/tiny-model.ts";
import { fillMask } from "./fill-mask.ts";

let model: ReturnType<typeof tinyModel>;
beforeEach(async () => {
  await tf.setBackend("cpu");
  model = tinyModel();
});
afterEach(() => dispose(model));

// Two texts of four and six tokens; the mask id in padding is ignored.
const batch = {
  inputIds: Int32Array.of(1, 3, 7, 2, 3, 0, 1, 5, 3, 3, 9, 2),
  attentionMask: Int32Array.of(1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1),
  tokenTypeIds: new Int32Array(12),
  shape: [2, 6] as const,
};

describe("fillMask", () => {
  it("returns the best ids for every mask and leaks no tensor", async () => {
    const before = tf.memory().numTensors;
    const filled = await fillMask({ encoder: model.encoder, head: model.maskedLm, batch, maskId: 3, topK: 4 });
    expect(tf.memory().numTensors).toBe(before);
    expect(filled.map(({ row, position }) => [row, position])).toEqual([
      [0, 1],
      [1, 2],
      [1, 3],
    ]);
    const probabilities = tf.tidy(() => {
      const { sequenceOutput } = model.encoder.forward(bertInputs(batch), inference);
      return tf.softmax(model.maskedLm.forward(sequenceOutput)).arraySync();
    });
    for (const { row, position, candidates } of filled) {
      const expected = [...probabilities[row * 6 + position]!.entries()].sort((a, b) => b[1] - a[1]).slice(0, 4);
      expect(candidates.map(({ id }) => id)).toEqual(expected.map(([id]) => id));
      expect(candidates.map(({ score }) => score)).toBeAllClose(expected.map(([, score]) => score));
    }
  });

  it("returns nothing without a mask, and at most the vocabulary", async () => {
    const options = { encoder: model.encoder, head: model.maskedLm, batch };
    expect(await fillMask({ ...options, maskId: 39 })).toEqual([]);
    const [first] = await fillMask({ ...options, maskId: 3, topK: 100 });
    expect(first!.candidates.length).toBe(40);
    await expect(fillMask({ ...options, maskId: 3, topK: 0 })).rejects.toThrow(
      /topK must be a whole number of at least 1, got 0/,
    );
  });
});
