import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { awkwardText } from "../__fixtures__/awkward-text.ts";
import { inRust } from "../__fixtures__/rust-tokenizer.ts";
import { smallVocabulary } from "../__fixtures__/small-vocabulary.ts";
import {
  charToToken,
  charToWord,
  codePoints,
  tokenToChars,
  tokenToSequence,
  tokenToWord,
  utf8,
  wordToChars,
  wordToTokens,
} from "../alignment/index.ts";
import { bertTokenizer, type OffsetUnit, type Tokenizer } from "../index.ts";

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = bertTokenizer({ vocabulary: await smallVocabulary() });
});

test("maps between tokens, words and characters", () => {
  const encoding = tokenizer.encode("The unaffable", "dog.");
  const word = wordToTokens(encoding, 1)!;
  expect(
    encoding.tokens
      .slice(...word)
      .join("")
      .replaceAll("##", ""),
  ).toBe("unaffable");
  expect(wordToChars(encoding, 1)).toEqual([4, 13]);
  expect(charToToken(encoding, 3)).toBeUndefined(); // a space
  expect(charToWord(encoding, 6)).toBe(1);
  expect(charToWord(encoding, 3, 1)).toBe(1);
  expect(tokenToSequence(encoding, 0)).toBeUndefined();
  expect(tokenToChars(encoding, 0)).toBeUndefined();
  expect(tokenToChars(encoding, charToToken(encoding, 0, 1)!)![0]).toBe(0);
  expect(tokenToSequence(encoding, encoding.length - 2)).toBe(1);
  expect(wordToTokens(encoding, 9)).toBeUndefined();
});

test("equals the Rust library, in code points", async () => {
  const reference = inRust(tokenizer);
  await fc.assert(
    fc.asyncProperty(awkwardText, awkwardText, async (text, pair) => {
      const encoding = tokenizer.encode(text, pair, { offsetUnit: codePoints });
      const expected = await reference.encode(text, pair);
      expect([...encoding.offsets]).toEqual(expected.getOffsets().flat());
      const texts = [text, pair];
      for (const sequence of [0, 1] as const) {
        for (let place = 0; place <= Array.from(texts[sequence]!).length; place++) {
          expect(charToToken(encoding, place, sequence) ?? null).toBe(expected.charToToken(place, sequence));
          expect(charToWord(encoding, place, sequence) ?? null).toBe(expected.charToWord(place, sequence));
        }
        for (let word = 0; word < 12; word++) {
          expect(wordToTokens(encoding, word, sequence) ?? null).toEqual(expected.wordToTokens(word, sequence) ?? null);
          expect(wordToChars(encoding, word, sequence) ?? null).toEqual(expected.wordToChars(word, sequence) ?? null);
        }
      }
      for (let token = 0; token < encoding.length; token++) {
        expect(tokenToWord(encoding, token) ?? null).toBe(expected.tokenToWord(token));
        expect(tokenToSequence(encoding, token) ?? null).toBe(expected.tokenToSequence(token));
      }
    }),
    { numRuns: 100 },
  );
});

describe("offsets", () => {
  test("refer to the same text in UTF-16 units, code points and bytes", () => {
    fc.assert(
      fc.property(awkwardText, (text) => {
        const points = Array.from(text);
        const bytes = Buffer.from(text);
        const [units, byPoints, byBytes] = (["utf16", codePoints, utf8] as const).map((offsetUnit) =>
          tokenizer.encode(text, undefined, { offsetUnit }),
        );
        for (let token = 0; token < units!.length; token++) {
          const slice = (encoding: typeof units): [number, number] => tokenToChars(encoding!, token) ?? [0, 0];
          const expected = text.slice(...slice(units));
          expect(points.slice(...slice(byPoints)).join("")).toBe(expected);
          expect(bytes.subarray(...slice(byBytes)).toString()).toBe(Buffer.from(expected).toString());
        }
      }),
    );
  });

  test("of pre-split words count from the start of the word", () => {
    const { offsets, tokens } = tokenizer.encodeWords(["東", "the東"], undefined, { offsetUnit: utf8 });
    const last = tokens.lastIndexOf("東");
    expect([...offsets.subarray(2 * last, 2 * last + 2)]).toEqual([3, 6]);
  });
});

test("encodeRagged equals encode of each text", () => {
  const input = fc.oneof(awkwardText, fc.tuple(awkwardText, awkwardText));
  const options = fc.record({
    addSpecialTokens: fc.boolean(),
    maxLength: fc.constantFrom(undefined, 5, 12),
    truncation: fc.constantFrom("longest_first", "round_robin", "waterfall"),
    offsets: fc.constantFrom<"utf16" | OffsetUnit | undefined>(undefined, "utf16", codePoints, utf8),
  });
  fc.assert(
    fc.property(fc.array(input, { maxLength: 4 }), options, (inputs, option) => {
      const { offsets: offsetUnit, ...plain } = option;
      const { ids, rowSplits, offsets } = tokenizer.encodeRagged(inputs, option);
      expect(rowSplits).toHaveLength(inputs.length + 1);
      expect(offsets?.length).toBe(option.offsets === undefined ? undefined : 2 * ids.length);
      for (const [i, one] of inputs.entries()) {
        const [text, pair] = typeof one === "string" ? [one, undefined] : one;
        const encoding = tokenizer.encode(text, pair, { ...plain, offsetUnit });
        expect([...ids.subarray(rowSplits[i], rowSplits[i + 1])]).toEqual([...encoding.ids]);
        if (offsets)
          expect([...offsets.subarray(2 * rowSplits[i]!, 2 * rowSplits[i + 1]!)]).toEqual([...encoding.offsets]);
      }
    }),
  );
});
