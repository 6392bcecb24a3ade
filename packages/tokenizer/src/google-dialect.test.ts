import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedData } from "@bertkit/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { google } from "./dialects/index.ts";
import { bertTokenizer, parseVocabulary, type Tokenizer } from "./index.ts";

interface Vector {
  text: string;
  uncased_tokens: string[];
  ids: number[];
  basic_cased: string[];
}

// The golden vectors of google-research/bert's tokenization.py are only in the shared data.
describe.skipIf(!sharedData)("google dialect", () => {
  const read = (name: string): string => readFileSync(join(sharedData!, name), "utf8");
  let uncased: Tokenizer;
  let cased: Tokenizer;
  beforeAll(() => {
    const vocabulary = parseVocabulary(read("vocab/bert-base-uncased/vocab.txt"));
    uncased = bertTokenizer({ vocabulary, dialect: google });
    cased = bertTokenizer({ vocabulary, dialect: google, lowercase: false });
  });

  test("equals every golden vector", () => {
    const vectors = read("golden/tokenization_vectors.jsonl").trim().split("\n");
    expect(vectors).toHaveLength(31);
    for (const line of vectors) {
      const { text, uncased_tokens, ids, basic_cased } = JSON.parse(line) as Vector;
      expect(uncased.tokenize(text)).toEqual(uncased_tokens);
      expect([...uncased.encode(text, undefined, { addSpecialTokens: false }).ids]).toEqual(ids);
      const { normalizer, preTokenizer } = cased.parts;
      const { text: normalized } = normalizer.normalize(text);
      const words: string[] = [];
      preTokenizer.split(normalized, 0, normalized.length, (start, end) => words.push(normalized.slice(start, end)));
      expect(words).toEqual(basic_cased);
    }
  });

  test("splits sample_text.txt into the 1019 pieces of the golden instances", () => {
    expect(uncased.tokenize(read("corpora/sample_text.txt"))).toHaveLength(1019);
  });
});
