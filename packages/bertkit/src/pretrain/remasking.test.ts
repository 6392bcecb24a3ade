import { Rng } from "@bertkit/nn";
import { blockInstances, packInstances, pretrainingVocabulary } from "@bertkit/pretraining";
import { bertTokenizer, Vocabulary } from "@bertkit/tokenizer";
import { expect, it } from "vitest";
import { predictionsAt, remasker } from "./remasking.ts";
import { pretrainSettings } from "./settings-of-recipe.ts";

it("masks packed rows of many short documents within the predictions of a row, and keeps their borders", () => {
  const words = Array.from({ length: 40 }, (_, i) => `word${i}`);
  const tokenizer = bertTokenizer({
    vocabulary: new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...words]),
  });
  const documents = Array.from({ length: 96 }, (_, i) => [[5 + (i % 40), 6 + (i % 39)]]);
  const vocabulary = pretrainingVocabulary(tokenizer);
  const made = blockInstances(documents, { vocabulary, maxSequenceLength: 32, pairs: "document" }, new Rng(1));
  const rows = [...packInstances(made, { length: 32 })];
  const settings = pretrainSettings("minutes", { packing: true, nextSentence: false, maskedLmProbability: 0.15 });
  const mask = remasker(tokenizer, settings, 32);
  rows.forEach((row, index) => {
    const masked = mask(row, index);
    expect(row.maskedPositions).toHaveLength(8); // one of each document
    expect(masked.maskedPositions).toHaveLength(predictionsAt(0.15, 32));
    expect(masked.sequenceLengths).toEqual(row.sequenceLengths);
  });
});
