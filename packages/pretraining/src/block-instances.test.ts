import { Rng } from "@bertkit/nn";
import { describe, expect, it } from "vitest";
import { smallCorpus, smallVocabulary } from "./__fixtures__/small-corpus.ts";
import { blockInstances } from "./block-instances.ts";
import { instanceFeatures, instanceOfFeatures } from "./instance-features.ts";
import { unmasked } from "./mask-again.ts";
import { packInstances } from "./pack-instances.ts";

const options = { vocabulary: smallVocabulary, maxSequenceLength: 24, maxPredictionsPerSequence: 4 };

describe("blockInstances", () => {
  it("depends only on its generator, and uses every document dupeFactor times", () => {
    const make = (seed: number, dupeFactor: number) =>
      blockInstances(smallCorpus(), { ...options, dupeFactor }, new Rng(seed));
    expect(make(1, 2)).toEqual(make(1, 2));
    expect(make(1, 2)).not.toEqual(make(2, 2));
    expect(make(1, 10).length / make(1, 1).length).toBeGreaterThan(7);
    expect(() => blockInstances([[], [[]]], options, new Rng(1))).toThrow(
      "blockInstances: no sentences in 2 documents.",
    );
  });

  it("swaps half of the segments for sentence order", () => {
    // Sentence s of each document has the ids 4 + s, so that ids show the order.
    const documents = Array.from({ length: 400 }, () => Array.from({ length: 4 }, (_, s) => [4 + s, 4 + s]));
    const instances = blockInstances(
      documents,
      { ...options, maxSequenceLength: 11, shortSequenceProbability: 0, pairs: "sentence-order" },
      new Rng(1),
    );
    for (const instance of instances) {
      const ids = unmasked(instance);
      const second = instance.tokenTypeIds.indexOf(1);
      expect(ids[1]! > ids[second]!).toBe(instance.isRandomNext);
    }
    const swapped = instances.filter(({ isRandomNext }) => isRandomNext).length;
    expect(swapped / instances.length).toBeGreaterThan(0.4);
    expect(swapped / instances.length).toBeLessThan(0.6);
  });

  it("fills sequences with whole sentences, and loses no token", () => {
    const documents = [...smallCorpus(), [Array.from({ length: 70 }, (_, i) => 4 + (i % 36))]];
    const instances = blockInstances(documents, { ...options, pairs: "none" }, new Rng(1));
    const tokens = instances.flatMap((instance) => [...unmasked(instance)]).filter((id) => id > 3);
    const expected = documents.flatMap((document) => document.flatMap((sentence) => Array.from(sentence)));
    expect(tokens.toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b));
    const lengths = instances.map(({ inputIds }) => inputIds.length);
    expect(Math.max(...lengths)).toBe(24);
    for (const { inputIds, tokenTypeIds, isRandomNext } of instances) {
      expect([inputIds[0], inputIds.at(-1), isRandomNext]).toEqual([1, 2, false]);
      expect(tokenTypeIds.every((type) => type === 0)).toBe(true);
    }
    expect(lengths.reduce((sum, length) => sum + length, 0) / lengths.length).toBeGreaterThan(14);
  });
});

describe("instanceFeatures", () => {
  const instances = blockInstances(smallCorpus(), options, new Rng(1));

  it.each(["v1", "v2"] as const)("has the feature names of %s, and is read back", (names) => {
    for (const instance of instances) {
      const features = instanceFeatures(instance, { length: 30, maxPredictions: 6, names });
      expect(Object.keys(features)[0]).toBe(names === "v1" ? "input_ids" : "input_word_ids");
      expect(Array.from(features["input_mask"]!).reduce((sum, value) => sum + value, 0)).toBe(instance.inputIds.length);
      expect(features["masked_lm_weights"]).toHaveLength(6);
      expect(instanceOfFeatures(features)).toEqual(instance);
    }
  });

  it("rejects an instance of several packed sequences, whose borders it would lose", () => {
    const [two] = [...packInstances(instances.slice(0, 2), { length: 60 })];
    expect(() => instanceFeatures(two!, { length: 60, maxPredictions: 12 })).toThrow(
      "instanceFeatures: an instance is 2 packed sequences, whose borders the features do not have. Write the instances before packing, and pack them with packInstances after reading.",
    );
    const [one] = [...packInstances(instances.slice(0, 1), { length: 30 })];
    const shape = { length: 30, maxPredictions: 6 };
    expect(instanceFeatures(one!, shape)).toEqual(instanceFeatures({ ...instances[0]!, isRandomNext: false }, shape));
  });

  it("reports what is wrong", () => {
    expect(() => instanceFeatures(instances[0]!, { length: 3, maxPredictions: 6 })).toThrow(/more than length 3/);
    expect(() => instanceOfFeatures({ text: [1] })).toThrow(/no list input_ids or input_word_ids; there are text/);
    const features = instanceFeatures(instances[0]!, { length: 30, maxPredictions: 6 });
    expect(() => instanceOfFeatures({ ...features, segment_ids: [1] })).toThrow(/30 ids, 30 of the mask, 1 types/);
  });
});
