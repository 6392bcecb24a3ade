import { Rng } from "@bertkit/nn";
import { describe, expect, it } from "vitest";

import { anyDocument, nearbyDocument } from "./instance-options.ts";
import { pretrainingInstances } from "./pretraining-instances.ts";

/** Ten documents; every id encodes its document: 10 + document. */
const documents = Array.from({ length: 10 }, (_, document) =>
  Array.from({ length: 8 }, () => new Int32Array(4).fill(10 + document)),
);
const vocabulary = { size: 20, classificationId: 1, separatorId: 2, maskId: 3 };

function distances(randomDocument?: typeof anyDocument): number[] {
  const options = { vocabulary, maxSequenceLength: 16, maskedLmProbability: 0, passes: 40 };
  const all = pretrainingInstances(documents, { ...options, ...(randomDocument && { randomDocument }) }, new Rng(3));
  return [...all]
    .filter(({ isRandomNext }) => isRandomNext)
    .map(({ inputIds, tokenTypeIds, maskedPositions, maskedIds }) => {
      const ids = Int32Array.from(inputIds);
      maskedPositions.forEach((position, i) => (ids[position] = maskedIds[i]!));
      return Math.abs(ids[1]! - ids[tokenTypeIds.indexOf(1)]!);
    });
}

describe("randomDocument", () => {
  it("allows every other document by default", () => {
    expect(new Set(distances())).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(distances(anyDocument)).toEqual(distances());
  });

  it("only allows near documents with nearbyDocument", () => {
    expect(new Set(distances(nearbyDocument(2)))).toEqual(new Set([1, 2]));
    expect(() => nearbyDocument(0)).toThrow(/distance must be a whole number of at least 1, got 0/);
  });
});
