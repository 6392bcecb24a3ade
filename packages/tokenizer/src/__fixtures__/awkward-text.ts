import * as fc from "fast-check";

const unit = (min: number, max: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((point) => String.fromCodePoint(point));

/** Random text with edge cases: lone surrogates, runs of marks, bidi and emoji sequences, control characters. */
export const awkwardText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.string({ unit: "grapheme", maxLength: 6 }),
      fc.string({ unit: unit(0, 0xffff), maxLength: 3 }),
      fc.string({ unit: unit(0x300, 0x36f), maxLength: 4 }),
      fc.string({ unit: fc.oneof(unit(0, 0x20), unit(0x7f, 0xa0), unit(0x2000, 0x206f)), maxLength: 3 }),
      fc.string({ unit: fc.oneof(unit(0x5d0, 0x5ea), unit(0x627, 0x65f), unit(0x202a, 0x202e)), maxLength: 5 }),
      fc.string({ unit: fc.oneof(unit(0x1f1e6, 0x1f1ff), unit(0x1f3fb, 0x1f64f), unit(0x200d, 0x200d)), maxLength: 5 }),
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

/** The number of random cases: `usual`, or BERTKIT_FUZZ_CASES if set (`npm run fuzz`). */
export function fuzzCases(usual: number): number {
  return Number(process.env["BERTKIT_FUZZ_CASES"] ?? usual);
}

/** Whether to run the long tests. */
export const exhaustive: boolean = process.env["BERTKIT_FUZZ_CASES"] !== undefined;
