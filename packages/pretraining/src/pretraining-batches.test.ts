import { describe, expect, it } from "vitest";

import { pretrainingBatch } from "./pretraining-batch.ts";
import { pretrainingBatches } from "./pretraining-batches.ts";
import type { PretrainingInstance } from "./pretraining-instance.ts";

const instance: PretrainingInstance = {
  inputIds: Int32Array.of(1, 9, 3, 2, 7, 2),
  tokenTypeIds: Int32Array.of(0, 0, 0, 0, 1, 1),
  maskedPositions: Int32Array.of(2, 4),
  maskedIds: Int32Array.of(8, 7),
  isRandomNext: true,
};
const shape = { length: 8, maxPredictions: 3 };

describe("pretrainingBatch", () => {
  it("pads rows as in Google's examples", () => {
    const follows: PretrainingInstance = {
      ...instance,
      isRandomNext: false,
      maskedPositions: Int32Array.of(1),
      maskedIds: Int32Array.of(5),
    };
    expect(pretrainingBatch([instance, follows], { ...shape, paddingId: 30 })).toEqual({
      inputIds: Int32Array.of(1, 9, 3, 2, 7, 2, 30, 30, 1, 9, 3, 2, 7, 2, 30, 30),
      attentionMask: Int32Array.of(1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0),
      tokenTypeIds: Int32Array.of(0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0),
      maskedPositions: Int32Array.of(2, 4, 0, 1, 0, 0),
      maskedIds: Int32Array.of(8, 7, 0, 5, 0, 0),
      maskedWeights: Float32Array.of(1, 1, 0, 1, 0, 0),
      nextSentenceLabels: Int32Array.of(1, 0),
      shape: [2, 8],
      maxPredictions: 3,
    });
  });

  it("throws if an instance does not fit", () => {
    expect(() => pretrainingBatch([instance], { length: 5, maxPredictions: 3 })).toThrow(
      /6 tokens, more than length 5/,
    );
    expect(() => pretrainingBatch([instance], { length: 8, maxPredictions: 1 })).toThrow(
      /2 predictions, more than maxPredictions 1/,
    );
  });
});

describe("pretrainingBatches", () => {
  it("drops or keeps the remainder", () => {
    const rows = (remainder: "drop" | "keep"): number[] =>
      [...pretrainingBatches(Array<PretrainingInstance>(7).fill(instance), { ...shape, batchSize: 3, remainder })].map(
        (batch) => batch.shape[0],
      );
    expect(rows("drop")).toEqual([3, 3]);
    expect(rows("keep")).toEqual([3, 3, 1]);
  });

  it("rejects an empty batch", () => {
    expect(() => pretrainingBatches([], { ...shape, batchSize: 0 }).next()).toThrow(
      /batchSize must be a whole number of at least 1, got 0/,
    );
  });
});
