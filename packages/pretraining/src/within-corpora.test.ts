import { Rng } from "@bertkit/nn";
import { describe, expect, it } from "vitest";

import { smallVocabulary } from "./__fixtures__/small-corpus.ts";
import { anyDocument, nearbyDocument } from "./instance-options.ts";
import { pretrainingInstances } from "./pretraining-instances.ts";
import { withinCorpora } from "./within-corpora.ts";

describe("withinCorpora", () => {
  it("draws all documents of the same corpus, and no others", () => {
    const rng = new Rng(0);
    const draw = withinCorpora([3, 1, 4], anyDocument);
    const drawn = (current: number) =>
      [...new Set(Array.from({ length: 300 }, () => draw(current, 8, rng)))].sort((a, b) => a - b);
    expect([0, 2].map(drawn)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(drawn(3)).toEqual([3]);
    expect([4, 7].map(drawn)).toEqual([
      [4, 5, 6, 7],
      [4, 5, 6, 7],
    ]);
    const mixed = withinCorpora([4, 4], [nearbyDocument(1), anyDocument]);
    const near = [...new Set(Array.from({ length: 300 }, () => mixed(3, 8, rng)))].sort((a, b) => a - b);
    expect(near).toEqual([2, 3]);
  });

  it("keeps both segments of every instance in one corpus", () => {
    // Corpus one has ids up to 19, corpus two ids from 20.
    const documents = Array.from({ length: 10 }, (_, d) =>
      Array.from({ length: 6 }, (_, s) => [0, 1, 2, 3].map((i) => (d < 5 ? 4 : 20) + ((d + s + i) % 16))),
    );
    const options = {
      vocabulary: smallVocabulary,
      maxSequenceLength: 16,
      maskedLmProbability: 0,
      passes: 20,
      randomDocument: withinCorpora([5, 5], anyDocument),
    };
    let random = 0;
    for (const { inputIds, isRandomNext, maskedPositions, maskedIds } of pretrainingInstances(
      documents,
      options,
      new Rng(1),
    )) {
      maskedPositions.forEach((position, i) => (inputIds[position] = maskedIds[i]!));
      const corpora = new Set(
        Array.from(
          inputIds.filter((id) => id > 3),
          (id) => id < 20,
        ),
      );
      expect(corpora.size).toBe(1);
      if (isRandomNext) random++;
    }
    expect(random).toBeGreaterThan(100);
  });

  it("rejects sizes that do not match the documents", () => {
    expect(() => withinCorpora([2, 2], anyDocument)(0, 5, new Rng(0))).toThrow(/number of documents, 5, got 2 \+ 2\./);
  });
});
