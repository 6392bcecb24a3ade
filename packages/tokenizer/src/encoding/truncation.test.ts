import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { exhaustive, fuzzCases } from "../__fixtures__/awkward-text.ts";
import { inRust, ours, theirs } from "../__fixtures__/rust-tokenizer.ts";
import { smallVocabulary } from "../__fixtures__/small-vocabulary.ts";
import { bertTokenizer, type Encoding, Tokenizer } from "../index.ts";
import { encodeWindows } from "../windows/index.ts";
import { truncatedLengths } from "./truncation.ts";

let tokenizer: Tokenizer;
let sides: { readonly right: Tokenizer; readonly left: Tokenizer };
beforeAll(async () => {
  tokenizer = bertTokenizer({ vocabulary: await smallVocabulary() });
  sides = { right: tokenizer, left: new Tokenizer({ ...tokenizer.parts, truncationSide: "left" }) };
});

describe("truncatedLengths", () => {
  test("truncates the longer first", () => {
    expect(truncatedLengths(10, 3, 8, "longest_first", false)).toEqual([5, 3]);
    expect(truncatedLengths(3, 10, 8, "longest_first", false)).toEqual([3, 5]);
    expect(truncatedLengths(10, undefined, 8, "longest_first", false)).toEqual([8, 0]);
  });

  test("keeps the odd piece of the longer, or of the first", () => {
    expect(truncatedLengths(9, 10, 7, "longest_first", false)).toEqual([3, 4]);
    expect(truncatedLengths(9, 10, 7, "longest_first", true)).toEqual([4, 3]);
  });

  test("equals popping from the longer, or from the second if equal (_truncate_seq_pair)", () => {
    fc.assert(
      fc.property(fc.nat(30), fc.nat(30), fc.nat(40), (first, second, space) => {
        fc.pre(first + second > space);
        let [a, b] = [first, second];
        while (a + b > space)
          if (a > b) a--;
          else b--;
        expect(truncatedLengths(first, second, space, "longest_first", true)).toEqual([a, b]);
      }),
    );
  });

  test("rejects what a strategy cannot do", () => {
    expect(() => truncatedLengths(3, 10, 8, "only_first", false)).toThrow(/would have to remove 5 of its 3 pieces/);
    expect(() => truncatedLengths(9, undefined, 8, "only_second", false)).toThrow(/needs a pair/);
  });
});

describe("encode", () => {
  const words = fc
    .array(fc.constantFrom("the", "unaffable", "東京", "[MASK]", "isn't", "zzz", "Äpfel;"), { maxLength: 14 })
    .map((all) => all.join(" "));

  test(
    "truncates, overflows and pads as the Rust library does",
    async () => {
      const reference = inRust(tokenizer);
      const truncating = inRust(tokenizer);
      const strategies = { longest_first: "LongestFirst", only_first: "OnlyFirst", only_second: "OnlySecond" } as const;
      const options = fc.record({
        maxLength: fc.integer({ min: 3, max: 40 }),
        stride: fc.nat(3),
        truncation: fc.constantFrom("longest_first", "only_first", "only_second"),
        addSpecialTokens: fc.boolean(),
        padding: fc.constantFrom(undefined, "max_length", "longest"),
        padToMultipleOf: fc.constantFrom(1, 8),
        paddingSide: fc.constantFrom("right", "left"),
        truncationSide: fc.constantFrom("right", "left"),
      });
      await fc.assert(
        fc.asyncProperty(
          words,
          fc.option(words, { nil: undefined }),
          options,
          async (text, pair, { truncationSide, ...option }) => {
            const tokenizer = sides[truncationSide];
            const { maxLength, stride, truncation, addSpecialTokens, padding, padToMultipleOf, paddingSide } = option;
            // The binding crashes on an invalid stride.
            fc.pre(stride < maxLength - (pair === undefined ? 2 : 3) - 1);
            let encodings: Encoding[];
            try {
              encodings = encodeWindows(tokenizer, text, pair, option);
            } catch {
              return;
            }
            // Encodes the texts without truncation first: 0.23 loses overflow otherwise (huggingface/tokenizers#2091).
            const whole = await Promise.all(
              [text, ...(pair === undefined ? [] : [pair])].map((one) =>
                reference.encode(one, null, { addSpecialTokens: false }),
              ),
            );
            truncating.setTruncation(maxLength, {
              stride,
              strategy: strategies[truncation] as never,
              direction: truncationSide,
            });
            if (padding === undefined) truncating.disablePadding();
            else
              truncating.setPadding({
                direction: paddingSide,
                padToMultipleOf,
                ...(padding === "max_length" ? { maxLength } : {}),
              });
            const expected = truncating.postProcess(whole[0]!, whole[1], addSpecialTokens);
            const texts = [text, pair ?? ""];
            const [encoding, ...rest] = encodings as [Encoding, ...Encoding[]];
            expect(ours(encoding)).toEqual(theirs(expected, texts, encoding.sequenceIds));
            const { stride: _, ...plain } = option;
            expect(ours(tokenizer.encode(text, pair, plain))).toEqual(ours(encoding));
            const overflowing = expected.getOverflowing();
            expect(rest).toHaveLength(overflowing.length);
            for (const [i, window] of rest.entries()) {
              const { tokenTypeIds: __, ...rest } = theirs(overflowing[i]!, texts, window.sequenceIds);
              expect(ours(window)).toMatchObject(rest);
            }
          },
        ),
        { numRuns: exhaustive ? fuzzCases(0) / 20 : 400 },
      );
    },
    exhaustive ? 0 : 60_000,
  );

  test("a batch equals encode of each row", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(words, fc.tuple(words, words)), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 3, max: 30 }),
        fc.constantFrom("left", "right"),
        fc.constantFrom("left", "right"),
        (inputs, maxLength, paddingSide, truncationSide) => {
          const tokenizer = sides[truncationSide];
          const batch = tokenizer.encodeBatch(inputs, { maxLength, paddingSide });
          const [rows, length] = batch.shape;
          expect(rows).toBe(inputs.length);
          for (const [r, input] of inputs.entries()) {
            const [text, pair] = typeof input === "string" ? [input, undefined] : input;
            const { ids, attentionMask, tokenTypeIds } = tokenizer.encode(text, pair, {
              maxLength,
              padding: "longest",
              padToMultipleOf: length,
              paddingSide,
            });
            expect([...batch.inputIds.subarray(r * length, (r + 1) * length)]).toEqual([...ids]);
            expect([...batch.attentionMask.subarray(r * length, (r + 1) * length)]).toEqual([...attentionMask]);
            expect([...batch.tokenTypeIds.subarray(r * length, (r + 1) * length)]).toEqual([...tokenTypeIds]);
          }
        },
      ),
    );
  });

  test("says how to fix a maxLength that is too small, or padding without one", () => {
    expect(() => tokenizer.encode("the", undefined, { maxLength: 1 })).toThrow(
      /maxLength must be at least 2, or addSpecialTokens false, got 1/,
    );
    expect(() => tokenizer.encode("the", undefined, { padding: "max_length" })).toThrow(
      /maxLength must be set for padding "max_length", got undefined/,
    );
  });

  test("pre-split words keep their indices", () => {
    const encoding = tokenizer.encodeWords(["the", "unaffable", "", "dog,"], ["fox"]);
    expect(encoding.tokens.join("").replaceAll("##", "")).toBe("[CLS]theunaffabledog,[SEP]fox[SEP]");
    expect([...new Set(encoding.wordIds)]).toEqual([-1, 0, 1, 3]);
    const last = encoding.tokens.indexOf(",");
    expect([...encoding.offsets.subarray(2 * last, 2 * last + 2)]).toEqual([3, 4]);
  });
});
