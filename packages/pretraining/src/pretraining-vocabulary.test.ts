import { bertTokenizer, Vocabulary } from "@bertkit/tokenizer";
import { expect, it } from "vitest";
import { pretrainingVocabulary } from "./pretraining-vocabulary.ts";

const vocabulary = new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "##s"]);
const flags = { singleWord: false, leftStrip: false, rightStrip: false, normalized: false, special: false };

it("has the ids of the vocabulary, and of added tokens beyond it", () => {
  const plain = pretrainingVocabulary(bertTokenizer({ vocabulary }));
  expect(plain).toMatchObject({ size: 7, classificationId: 2, separatorId: 3, maskId: 4 });
  expect([5, 6].map(plain.isContinuation!)).toEqual([false, true]);
  const added = bertTokenizer({ vocabulary, addedTokens: [{ content: "<x>", id: 9, ...flags }] });
  expect(pretrainingVocabulary(added).size).toBe(10);
});

it("knows the prefix of the tokenizer's continuations", () => {
  const pieces = new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "@@s", "##s"]);
  const { isContinuation } = pretrainingVocabulary(bertTokenizer({ vocabulary: pieces, continuingPrefix: "@@" }));
  expect([5, 6].map(isContinuation!)).toEqual([true, false]);
});
