import { Rng } from "@bertkit/nn";
import { describe, expect, it } from "vitest";
import { checkInstanceOptions } from "./instance-options.ts";
import { maskAgain, unmasked } from "./mask-again.ts";
import { maskTokens } from "./mask-tokens.ts";
import { chooseNgrams, chooseSpans, type MaskingOptions } from "./masking.ts";
import { smallVocabulary } from "./__fixtures__/small-corpus.ts";

/** [CLS] 30 words of one or two pieces [SEP] 30 such [SEP]; ids from 28 on continue a word. */
function sequence(): Int32Array {
  const words = Array.from({ length: 30 }, (_, i) =>
    i % 3 === 0 ? [4 + (i % 24), 28 + (i % 12)] : [4 + (i % 24)],
  ).flat();
  return Int32Array.of(1, ...words, 2, ...words, 2);
}

/** Runs of adjacent positions. */
function runs(positions: Int32Array): number[][] {
  const found: number[][] = [];
  for (const position of positions)
    if (found.at(-1)?.at(-1) === position - 1) found.at(-1)!.push(position);
    else found.push([position]);
  return found;
}

function mask(masking: MaskingOptions, seed: number) {
  const options = checkInstanceOptions({ vocabulary: smallVocabulary, masking, maxPredictionsPerSequence: 20 });
  const tokens = sequence();
  const original = tokens.slice();
  const { positions, ids } = maskTokens(tokens, options, new Rng(seed));
  return { tokens, original, positions, ids };
}

describe("maskings", () => {
  it.each(["ngram", "span"] as const)("%s masks 15 % in runs of whole words, and no special token", (kind) => {
    let sizes = 0;
    let count = 0;
    for (let seed = 0; seed < 300; seed++) {
      const { tokens, original, positions, ids } = mask({ kind }, seed);
      const wanted = Math.round(0.15 * original.length);
      if (kind === "span") expect(positions.length).toBe(wanted);
      else expect(positions.length).toBeLessThanOrEqual(wanted);
      expect(new Set(positions).size).toBe(positions.length);
      positions.forEach((position, i) => {
        expect(original[position]).toBe(ids[i]);
        expect([1, 2]).not.toContain(original[position]);
      });
      original.forEach((id, position) => {
        if (!positions.includes(position)) expect(tokens[position]).toBe(id);
      });
      for (const run of runs(positions)) {
        expect(original[run[0]!]).toBeLessThan(28); // starts with a word
        if (kind === "ngram") expect(original[run.at(-1)! + 1]).toBeLessThan(28);
        sizes += run.length;
        count++;
      }
    }
    expect(sizes / count).toBeGreaterThan(kind === "span" ? 3 : 1.8); // single words would give about 1.4 pieces
  });

  it.each([
    ["gram", 0.99],
    ["piece", 0],
  ] as const)("draws for each %s", (replace, least) => {
    let alike = 0;
    let all = 0;
    for (let seed = 0; seed < 400; seed++) {
      const { tokens, positions } = mask({ kind: "whole-word", replace }, seed);
      for (const [a, b] of runs(positions).filter(({ length }) => length === 2) as [number, number][]) {
        if (sequence()[b]! < 28) continue; // two words
        all++;
        if ((tokens[a] === 3) === (tokens[b] === 3)) alike++;
      }
    }
    expect(all).toBeGreaterThan(100);
    if (least > 0) expect(alike / all).toBeGreaterThan(least);
    else expect(alike / all).toBeLessThan(0.9); // 0.8² + 0.2² = 0.68
  });

  it("chooses runs of n words with the probability 1/n : Σ 1/n", () => {
    const words = Array.from({ length: 3000 }, (_, i) => ({ start: i, end: i + 1 }));
    const sizes = [0, 0, 0];
    for (let seed = 0; seed < 30; seed++)
      for (const { start, end } of chooseNgrams(words, 3, 60, new Rng(seed))) sizes[end - start - 1]!++;
    const total = sizes.reduce((sum, size) => sum + size, 0);
    [6 / 11, 3 / 11, 2 / 11].forEach((expected, i) => expect(sizes[i]! / total).toBeCloseTo(expected, 1));
  });

  it("chooses spans of 3.8 words on average, as in SpanBERT", () => {
    const words = Array.from({ length: 100_000 }, (_, i) => ({ start: i, end: i + 1 }));
    const spans = chooseSpans(words, 10, 8000, new Rng(1));
    expect(spans.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(8000);
    expect(8000 / spans.length).toBeGreaterThan(3.5);
    expect(8000 / spans.length).toBeLessThan(4);
  });

  it("masks a masked instance again", () => {
    const options = { vocabulary: smallVocabulary, masking: "whole-word" as const };
    const again = maskAgain(options);
    const { tokens, original, positions, ids } = mask({ kind: "token" }, 1);
    const instance = {
      inputIds: tokens,
      tokenTypeIds: new Int32Array(tokens.length),
      maskedPositions: positions,
      maskedIds: ids,
      isRandomNext: false,
    };
    const random = new Rng(2);
    const other = again(instance, random);
    expect(unmasked(other)).toEqual(original);
    expect(other.maskedPositions).not.toEqual(positions);
    expect(again(instance, random).maskedPositions).not.toEqual(other.maskedPositions);
    expect(instance.inputIds).toBe(tokens);
  });

  it("masks each sequence of a packed instance again by itself, with its own maximum", () => {
    const options = { vocabulary: smallVocabulary, masking: "whole-word" as const, maxPredictionsPerSequence: 5 };
    const again = maskAgain(options);
    // The last sequence starts with a continuation: it joins no word of another sequence.
    const places = [
      [1, 80],
      [1, 2],
      [1, 40],
      [1, 80],
      [2, 20],
    ] as const;
    const tokens = places.map(([from, to]) => [1, ...sequence().slice(from, to), 2]);
    const packed = {
      inputIds: Int32Array.from(tokens.flat()),
      tokenTypeIds: new Int32Array(tokens.flat().length),
      maskedPositions: new Int32Array(0),
      maskedIds: new Int32Array(0),
      sequenceLengths: Int32Array.from(tokens, ({ length }) => length),
      isRandomNext: false,
    };
    const masked = again(packed, new Rng(3));
    expect(unmasked(masked)).toEqual(packed.inputIds);
    expect(masked.sequenceLengths).toEqual(packed.sequenceLengths);
    const random = new Rng(3);
    let start = 0;
    const expected = tokens.flatMap((ids) => {
      const from = start;
      start += ids.length;
      const { sequenceLengths: _, ...rest } = packed;
      const alone = { ...rest, inputIds: Int32Array.from(ids), tokenTypeIds: new Int32Array(ids.length) };
      const { maskedPositions } = again(alone, random);
      return Array.from(maskedPositions, (position) => position + from);
    });
    expect([...masked.maskedPositions]).toEqual(expected);
    expect(expected.length).toBe(5 + 1 + 5 + 5 + 3);
  });

  it("reports what is wrong", () => {
    const make = (options: object) => () => checkInstanceOptions({ vocabulary: smallVocabulary, ...options });
    expect(make({ masking: "words" })).toThrow(/masking must be one of token, whole-word, ngram, span/);
    expect(make({ masking: { kind: "span", longest: 0 } })).toThrow(/longest must be a whole number of at least 1/);
    expect(make({ masking: "ngram", wholeWordMasking: true })).toThrow(/contradicts masking ngram/);
    const { isContinuation: _, ...vocabulary } = smallVocabulary;
    expect(make({ vocabulary, masking: "span" })).toThrow(/needs vocabulary.isContinuation/);
  });
});
