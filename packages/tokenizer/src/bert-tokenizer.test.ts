import { describe, expect, test } from "vitest";
import { google } from "./dialects/index.ts";
import { bertTokenizer, Tokenizer, Vocabulary } from "./index.ts";
import { DecodeStream } from "./parts/index.ts";

const vocabulary = new Vocabulary([
  "[PAD]",
  "[UNK]",
  "[CLS]",
  "[SEP]",
  "[MASK]",
  "un",
  "##aff",
  "##able",
  "hello",
  ",",
  "world",
  "東",
  "[",
  "]",
  "mask",
]);
const tokenizer = bertTokenizer({ vocabulary });

describe("bertTokenizer", () => {
  test("rejects a dialect's name, and says where to import the dialect", () => {
    expect(() => bertTokenizer({ vocabulary, dialect: "google" as unknown as typeof google })).toThrow(
      "bertTokenizer: dialect must be one of @bertkit/tokenizer/dialects, got google.",
    );
  });

  test("encodes one text", () => {
    const encoding = tokenizer.encode("Héllo, unaffable 東x");
    expect(encoding.tokens).toEqual(["[CLS]", "hello", ",", "un", "##aff", "##able", "東", "[UNK]", "[SEP]"]);
    expect([...encoding.ids]).toEqual([2, 8, 9, 5, 6, 7, 11, 1, 3]);
    expect([...encoding.wordIds]).toEqual([-1, 0, 1, 2, 2, 2, 3, 4, -1]);
    expect([...encoding.offsets]).toEqual([0, 0, 0, 5, 5, 6, 7, 9, 9, 12, 12, 16, 17, 18, 18, 19, 0, 0]);
    expect([...encoding.specialTokensMask]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  test("encodes a pair", () => {
    const encoding = tokenizer.encode("hello", "world");
    expect([...encoding.ids]).toEqual([2, 8, 3, 10, 3]);
    expect([...encoding.tokenTypeIds]).toEqual([0, 0, 0, 1, 1]);
    expect([...encoding.sequenceIds]).toEqual([-1, 0, -1, 1, -1]);
  });

  test("recognizes special tokens in text in hf-fast, not in google", () => {
    expect(tokenizer.tokenize("hello[MASK]")).toEqual(["hello", "[MASK]"]);
    expect(bertTokenizer({ vocabulary, dialect: google }).tokenize("hello[MASK]")).toEqual(["hello", "[", "mask", "]"]);
  });

  test("encodes a batch like its rows", () => {
    const batch = tokenizer.encodeBatch(["hello unaffable world", ["hello", "world"]], { maxLength: 6 });
    expect(batch.shape).toEqual([2, 6]);
    expect([...batch.inputIds]).toEqual([2, 8, 5, 6, 7, 3, 2, 8, 3, 10, 3, 0]);
    expect([...batch.attentionMask]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    expect([...batch.tokenTypeIds]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0]);
  });

  test("decodes", () => {
    expect(tokenizer.decode(tokenizer.encode("Hello, unaffable world").ids)).toBe("hello, unaffable world");
    expect(tokenizer.decode([2, 8, 4, 3], { skipSpecialTokens: false })).toBe("[CLS] hello [MASK] [SEP]");
  });

  test("decodes a stream to the same text", () => {
    for (const decoder of [tokenizer.parts.decoder, { decode: (tokens: readonly string[]) => tokens.join("-") }]) {
      const { encode, ...own } = { encode: tokenizer.encode("Hello, unaffable world"), ...tokenizer.parts, decoder };
      const other = new Tokenizer(own);
      for (const skipSpecialTokens of [true, false]) {
        const stream = new DecodeStream(other, { skipSpecialTokens });
        expect(Array.from(encode.ids, (id) => stream.push(id)).join("")).toBe(
          other.decode(encode.ids, { skipSpecialTokens }),
        );
      }
    }
    expect(() => new DecodeStream(tokenizer).push(99)).toThrow(/id must be from 0 to \d+, got 99/);
  });

  test("does not split neverSplit words, unless they are part of a longer word", () => {
    const never = bertTokenizer({
      vocabulary: new Vocabulary([...vocabulary.tokens, "[N]", "##o"]),
      neverSplit: ["[N]"],
    });
    expect(never.tokenize("hello [N], [n]")).toEqual(["hello", "[N]", ",", "[", "[UNK]", "]"]);
    expect(never.tokenize("hello[N]")).toEqual(["hello", "[", "[UNK]", "]"]);
    expect(() => bertTokenizer({ vocabulary, neverSplit: ["zz"] })).toThrow(
      /neverSplit's "zz" is not in the vocabulary/,
    );
  });

  test("says which special token is missing", () => {
    expect(() => bertTokenizer({ vocabulary: new Vocabulary(["[PAD]", "[UNK]", "[CLS]"]) })).toThrow(
      /separator token "\[SEP\]" is not in the vocabulary/,
    );
  });
});
