import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedData } from "@bertkit/testing";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { inRust, ours, theirs } from "./__fixtures__/rust-tokenizer.ts";
import { smallVocabulary } from "./__fixtures__/small-vocabulary.ts";
import { bertTokenizer, parseVocabulary, Tokenizer } from "./index.ts";
import type { Vocabulary } from "./index.ts";

let vocabulary: Vocabulary;
beforeAll(async () => {
  vocabulary = await smallVocabulary();
});

/** Awkward pieces among any characters at all, lone surrogates too. */
const awkwardText = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.string({ unit: "grapheme", maxLength: 6 }),
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 3 }),
      fc.string({
        unit: fc.integer({ min: 0x300, max: 0x36f }).map((unit) => String.fromCharCode(unit)),
        maxLength: 4,
      }),
      fc.constantFrom(
        "[MASK]",
        "[mask]",
        "the",
        "running ",
        "Über",
        "İ",
        "ΟΔΟΣ ",
        "東京",
        "\u0344",
        "\u0f71\u0f73",
        "\u212b",
        "\u226e",
        "\u00ad",
        "a".repeat(101),
        "é".repeat(70),
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("hf-fast equals the Rust library", () => {
  test.each([
    { lowercase: true },
    { lowercase: false },
    { lowercase: true, stripAccents: false },
    { lowercase: false, stripAccents: true },
    { lowercase: true, cleanText: false, isolateChineseCharacters: false },
  ])("on any text, with offsets and words: %o", async (options) => {
    const tokenizer = bertTokenizer({ vocabulary, ...options });
    const reference = inRust(tokenizer);
    await fc.assert(
      fc.asyncProperty(awkwardText, async (text) => {
        const encoding = tokenizer.encode(text);
        expect(ours(encoding)).toEqual(theirs(await reference.encode(text), [text], encoding.sequenceIds));
      }),
      { numRuns: 300 },
    );
  });

  test("in decoding any ids", async () => {
    const tokenizer = bertTokenizer({ vocabulary });
    const reference = inRust(tokenizer);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: vocabulary.size - 1 })), fc.boolean(), async (ids, skipSpecialTokens) => {
        expect(tokenizer.decode(ids, { skipSpecialTokens })).toBe(await reference.decode(ids, skipSpecialTokens));
      }),
      { numRuns: 300 },
    );
  });
});

describe.each(["hf-fast", "google"] as const)("%s", (dialect) => {
  test("remembering runs changes nothing", () => {
    const fast = bertTokenizer({ vocabulary, dialect });
    const plain = new Tokenizer({ ...fast.parts, runKinds: undefined });
    fc.assert(
      fc.property(awkwardText, (text) => {
        expect(ours(fast.encode(text))).toEqual(ours(plain.encode(text)));
        expect(ours(fast.encode(text))).toEqual(ours(plain.encode(text)));
      }),
      { numRuns: 500 },
    );
  });
});

// Without the shared data there are no large vocabularies and corpora.
describe.skipIf(!sharedData)("hf-fast equals the Rust library on real text", () => {
  const read = (name: string): string => readFileSync(join(sharedData!, name), "utf8");

  test.each([
    ["bert-base-uncased", "corpora/wikitext-2-raw.test.txt"],
    ["bert-base-cased", "ner/conll2003/valid.txt"],
    ["bert-base-chinese", "qa/xquad.en.json"],
    ["bert-base-multilingual-cased", "multi-label/goemotions/dev.tsv"],
  ])("%s: %s", async (name, corpus) => {
    const tokenizer = bertTokenizer({
      vocabulary: parseVocabulary(read(`vocab/${name}/vocab.txt`)),
      lowercase: name.endsWith("uncased"),
    });
    const lines = read(corpus).split("\n").slice(0, 600);
    const expected = await inRust(tokenizer).encodeBatch(lines);
    for (const [i, line] of lines.entries()) {
      const encoding = tokenizer.encode(line);
      expect(ours(encoding)).toEqual(theirs(expected[i]!, [line], encoding.sequenceIds));
    }
  });
});
