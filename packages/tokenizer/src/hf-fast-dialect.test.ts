import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedData } from "@bertkit/testing";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { awkwardText } from "./__fixtures__/awkward-text.ts";
import { inRust, ours, theirs } from "./__fixtures__/rust-tokenizer.ts";
import { smallVocabulary } from "./__fixtures__/small-vocabulary.ts";
import { google, tfText } from "./dialects/index.ts";
import { bertTokenizer, hfFast, parseVocabulary, Tokenizer, type Vocabulary } from "./index.ts";

let vocabulary: Vocabulary;
beforeAll(async () => {
  vocabulary = await smallVocabulary();
});

describe("hf-fast equals the Rust library", () => {
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

describe.each([hfFast, google, tfText])("$name", (dialect) => {
  test("caching runs changes nothing", () => {
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

// The large vocabularies and corpora are only in the shared data.
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
