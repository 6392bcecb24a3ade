import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { awkwardText } from "../__fixtures__/awkward-text.ts";
import { inRust } from "../__fixtures__/rust-tokenizer.ts";
import { smallVocabulary } from "../__fixtures__/small-vocabulary.ts";
import { bertTokenizer } from "../index.ts";
import type { Tokenizer } from "../index.ts";

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = bertTokenizer({ vocabulary: await smallVocabulary() });
});

test("finds tokens, words and characters from each other", () => {
  const encoding = tokenizer.encode("The unaffable", "dog.");
  const word = encoding.wordToTokens(1)!;
  expect(
    encoding.tokens
      .slice(...word)
      .join("")
      .replaceAll("##", ""),
  ).toBe("unaffable");
  expect(encoding.wordToChars(1)).toEqual([4, 13]);
  expect(encoding.charToToken(3)).toBeUndefined(); // a space
  expect(encoding.charToWord(6)).toBe(1);
  expect(encoding.charToWord(3, 1)).toBe(1);
  expect(encoding.tokenToSequence(0)).toBeUndefined();
  expect(encoding.tokenToChars(0)).toBeUndefined();
  expect(encoding.tokenToChars(encoding.charToToken(0, 1)!)![0]).toBe(0);
  expect(encoding.tokenToSequence(encoding.length - 2)).toBe(1);
  expect(encoding.wordToTokens(9)).toBeUndefined();
});

test("the same as the Rust library's, for code points", async () => {
  const reference = inRust(tokenizer);
  await fc.assert(
    fc.asyncProperty(awkwardText, awkwardText, async (text, pair) => {
      const encoding = tokenizer.encode(text, pair, { offsetUnit: "codePoints" });
      const expected = await reference.encode(text, pair);
      expect([...encoding.offsets]).toEqual(expected.getOffsets().flat());
      const texts = [text, pair];
      for (const sequence of [0, 1] as const) {
        for (let place = 0; place <= Array.from(texts[sequence]!).length; place++) {
          expect(encoding.charToToken(place, sequence) ?? null).toBe(expected.charToToken(place, sequence));
          expect(encoding.charToWord(place, sequence) ?? null).toBe(expected.charToWord(place, sequence));
        }
        for (let word = 0; word < 12; word++) {
          expect(encoding.wordToTokens(word, sequence) ?? null).toEqual(expected.wordToTokens(word, sequence) ?? null);
          expect(encoding.wordToChars(word, sequence) ?? null).toEqual(expected.wordToChars(word, sequence) ?? null);
        }
      }
      for (let token = 0; token < encoding.length; token++) {
        expect(encoding.tokenToWord(token) ?? null).toBe(expected.tokenToWord(token));
        expect(encoding.tokenToSequence(token) ?? null).toBe(expected.tokenToSequence(token));
      }
    }),
    { numRuns: 100 },
  );
});

describe("offsets", () => {
  test("in UTF-16 units, code points or bytes stand for the same text", () => {
    fc.assert(
      fc.property(awkwardText, (text) => {
        const points = Array.from(text);
        const bytes = Buffer.from(text);
        const [units, codePoints, utf8] = (["utf16", "codePoints", "utf8"] as const).map((offsetUnit) =>
          tokenizer.encode(text, undefined, { offsetUnit }),
        );
        for (let token = 0; token < units!.length; token++) {
          const slice = (encoding: typeof units): [number, number] => encoding!.tokenToChars(token) ?? [0, 0];
          const expected = text.slice(...slice(units));
          expect(points.slice(...slice(codePoints)).join("")).toBe(expected);
          expect(bytes.subarray(...slice(utf8)).toString()).toBe(Buffer.from(expected).toString());
        }
      }),
    );
  });

  test("in pre-split words count from the word", () => {
    const { offsets, tokens } = tokenizer.encodeWords(["東", "the東"], undefined, { offsetUnit: "utf8" });
    const last = tokens.lastIndexOf("東");
    expect([...offsets.subarray(2 * last, 2 * last + 2)]).toEqual([3, 6]);
  });
});

test("encodeRagged holds what encode gives each text", () => {
  const input = fc.oneof(awkwardText, fc.tuple(awkwardText, awkwardText));
  const options = fc.record({
    addSpecialTokens: fc.boolean(),
    maxLength: fc.constantFrom(undefined, 5, 12),
    truncation: fc.constantFrom("longest_first", "round_robin", "waterfall"),
    offsets: fc.constantFrom(undefined, "utf16", "codePoints", "utf8"),
  });
  fc.assert(
    fc.property(fc.array(input, { maxLength: 4 }), options, (inputs, option) => {
      const { ids, rowSplits, offsets } = tokenizer.encodeRagged(inputs, option);
      expect(rowSplits).toHaveLength(inputs.length + 1);
      expect(offsets?.length).toBe(option.offsets && 2 * ids.length);
      for (const [i, one] of inputs.entries()) {
        const [text, pair] = typeof one === "string" ? [one, undefined] : one;
        const encoding = tokenizer.encode(text, pair, { ...option, offsetUnit: option.offsets });
        expect([...ids.subarray(rowSplits[i], rowSplits[i + 1])]).toEqual([...encoding.ids]);
        if (offsets)
          expect([...offsets.subarray(2 * rowSplits[i]!, 2 * rowSplits[i + 1]!)]).toEqual([...encoding.offsets]);
      }
    }),
  );
});
