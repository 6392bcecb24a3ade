import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { tfText } from "./dialects/index.ts";
import { truncatedLengths } from "./encoding/truncation.ts";
import { bertTokenizer, Vocabulary } from "./index.ts";

interface Vectors {
  vocabulary: string[];
  texts: string[];
  uncased: number[][];
  cased: number[][];
  trimmed: [first: number, second: number, room: number, roundRobin: [number, number], waterfall: [number, number]][];
}

// Written by tooling/reference/tf_text_vectors.py. BERTKIT_TF_TEXT_VECTORS names a larger file from it.
const file = process.env["BERTKIT_TF_TEXT_VECTORS"] ?? new URL("__fixtures__/tf-text.json", import.meta.url);
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vectors;
const vocabulary = new Vocabulary(vectors.vocabulary);

describe("tf-text equals tensorflow-text", () => {
  test.each(["uncased", "cased"] as const)("on every vector, %s", (name) => {
    const tokenizer = bertTokenizer({ vocabulary, dialect: tfText, lowercase: name === "uncased" });
    const { ids, rowSplits } = tokenizer.encodeRagged(vectors.texts, { addSpecialTokens: false });
    const different = vectors.texts.flatMap((text, i) => {
      const ours = [...ids.subarray(rowSplits[i], rowSplits[i + 1])];
      return ours.join() === vectors[name][i]!.join() ? [] : [{ text, ours, theirs: vectors[name][i] }];
    });
    expect(vectors.texts.length).toBeGreaterThan(80);
    expect(different).toEqual([]);
  });

  test("in how pairs are trimmed", () => {
    expect(vectors.trimmed).toHaveLength(200);
    for (const [first, second, room, roundRobin, waterfall] of vectors.trimmed) {
      expect(truncatedLengths(first, second, room, "round_robin", false)).toEqual(roundRobin);
      expect(truncatedLengths(first, second, room, "waterfall", false)).toEqual(waterfall);
    }
  });
});

test("offsets point into the text as given", () => {
  const tokenizer = bertTokenizer({ vocabulary, dialect: tfText });
  const text = "Stra\u00dfe \ufb01ne foo\u00adbar";
  const { tokens, offsets } = tokenizer.encode(text, undefined, { addSpecialTokens: false });
  expect(tokens.map((token, i) => [token, text.slice(offsets[2 * i], offsets[2 * i + 1])])).toEqual([
    ["strasse", "Stra\u00dfe"],
    ["fine", "\ufb01ne"],
    ["foo", "foo"],
    ["##bar", "bar"],
  ]);
});

test("says what it cannot do", () => {
  expect(() => bertTokenizer({ vocabulary, dialect: tfText, stripAccents: false })).toThrow(/takes accents off with/);
});
