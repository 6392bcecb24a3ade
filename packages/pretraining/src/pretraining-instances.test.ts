import { describe, expect, it } from "vitest";

import { smallCorpus, smallVocabulary } from "./__fixtures__/small-corpus.ts";
import { pretrainingInstances } from "./pretraining-instances.ts";
import { PythonRandom } from "./python-random.ts";

const options = { vocabulary: smallVocabulary, maxSequenceLength: 24, maxPredictionsPerSequence: 4 };

function take<T>(iterable: Iterable<T>, count: number): T[] {
  const items: T[] = [];
  for (const item of iterable) {
    items.push(item);
    if (items.length === count) break;
  }
  return items;
}

describe("pretrainingInstances", () => {
  it("is endless, and the same for one seed", () => {
    const stream = (seed: number) =>
      take(pretrainingInstances(smallCorpus(), { ...options, shuffleBufferSize: 16 }, new PythonRandom(seed)), 500);
    expect(stream(1)).toEqual(stream(1));
    expect(stream(1)).not.toEqual(stream(2));
  });

  it("returns well-formed pairs, about half of them random", () => {
    const instances = take(pretrainingInstances(smallCorpus(), options, new PythonRandom(5)), 2000);
    for (const { inputIds, tokenTypeIds, maskedPositions, maskedIds } of instances) {
      expect(inputIds.length).toBeLessThanOrEqual(24);
      expect(tokenTypeIds.length).toBe(inputIds.length);
      expect(inputIds[0]).toBe(1);
      const firstSeparator = tokenTypeIds.indexOf(1) - 1;
      expect([inputIds[firstSeparator], inputIds.at(-1)]).toEqual([2, 2]);
      expect(maskedPositions.length).toBe(maskedIds.length);
      expect(maskedIds.length).toBeGreaterThan(0);
    }
    const random = instances.filter(({ isRandomNext }) => isRandomNext).length;
    // Above one half: a chunk of one sentence has no true next one.
    expect(random / 2000).toBeGreaterThan(0.5);
    expect(random / 2000).toBeLessThan(0.75);
  });

  it.each([0, 1, 7, 10_000])(
    "returns every instance of three passes exactly once with a buffer of %i",
    (shuffleBufferSize) => {
      const documents = Array.from({ length: 30 }, (_, i) => [[4 + i, 4 + i]]); // one sentence, so one instance per pass
      const stream = pretrainingInstances(documents, { ...options, shuffleBufferSize, passes: 3 }, new PythonRandom(1));
      const firsts = [...stream].map(({ inputIds, maskedPositions, maskedIds }) => {
        const hidden = maskedPositions.indexOf(1);
        return hidden < 0 ? inputIds[1]! : maskedIds[hidden]!;
      });
      const expected = documents.flatMap(([sentence]) => Array<number>(3).fill(sentence![0]!));
      expect(firsts.sort((a, b) => a - b)).toEqual(expected);
    },
  );

  it("masks again in each pass", () => {
    const documents = [[Array.from({ length: 18 }, (_, i) => 4 + i)]];
    const stream = pretrainingInstances(
      documents,
      { ...options, shortSequenceProbability: 0, shuffleBufferSize: 0 },
      new PythonRandom(1),
    );
    const masks = take(stream, 40).map(({ maskedPositions }) => maskedPositions.join());
    expect(new Set(masks).size).toBeGreaterThan(20);
  });

  it("throws if there is no text", () => {
    expect(() => pretrainingInstances([[], [[]]], options, new PythonRandom(1)).next()).toThrow(
      /no sentences in 2 documents/,
    );
  });
});
