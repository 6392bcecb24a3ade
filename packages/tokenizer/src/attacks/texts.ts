import { attack, type Attack } from "@bertkit/testing/attacks";
import { tokenizerFromJson } from "../files/index.ts";
import { Vocabulary } from "../vocabulary/vocabulary.ts";
import { tokenizerJson, smallTokenizer, special, times } from "./small-tokenizer.ts";

const text = (name: string, make: () => string): Attack =>
  attack(`text: ${name}`, make, (source) => smallTokenizer().encode(source));
const training = (name: string, make: () => string): Attack =>
  attack(`training: ${name}`, make, async (corpus) =>
    (await import("../training/index.ts")).trainWordPiece([corpus], { vocabularySize: 8000, minFrequency: 1 }),
  );
/** Pseudorandom letters from a to h. */
function letters(count: number, seed = 1): string {
  let state = seed + 1;
  return times(count, () => String.fromCharCode(97 + ((state = Math.imul(state, 1_103_515_245) + 12_345) >>> 29))).join(
    "",
  );
}
const added = (name: string, count: number, content: (i: number) => string, source: string): Attack =>
  attack(
    `text: ${name}`,
    () => tokenizerFromJson(tokenizerJson({ added_tokens: times(count, (i) => ({ id: 5 + i, content: content(i) })) })),
    (tokenizer) => tokenizer.encode(source),
  );

/** Texts to encode and to train on, and options. */
export const textAttacks: readonly Attack[] = [
  attack(
    "options: a stride that is not a number",
    () => smallTokenizer(),
    async (tokenizer) =>
      (await import("../windows/index.ts")).encodeWindows(tokenizer, "a a a a a a", undefined, {
        maxLength: 4,
        stride: NaN,
      }),
    /stride must be a whole number/,
  ),
  attack(
    "options: a maximum word length of 0",
    () => new Vocabulary(special),
    async (vocabulary) => (await import("../bert-tokenizer.ts")).bertTokenizer({ vocabulary, maxWordCharacters: 0 }),
    /maxWordCharacters must be a whole number of at least 1/,
  ),
  training("one word of 1 MB of few letters", () => letters(1_000_000)),
  training("one word of 1 MB of one letter", () => "a".repeat(1_000_000)),
  training("100 words of 10,000 letters, each twice", () =>
    `${times(100, (i) => letters(10_000, i)).join(" ")} `.repeat(2),
  ),
  added(
    "a text that starts thousands of added tokens",
    16_384,
    (i) => `${String.fromCharCode(0x4e00 + i)}x`,
    "一倀".repeat(250_000),
  ),
  added("a text that almost completes added tokens", 250, (i) => `${"a".repeat(i)}b`, "a".repeat(500_000)),
  text("300,000 accents on one letter", () => `a${"\u0301\u0323".repeat(150_000)}`),
  text("words that almost match a long piece", () => `${"a".repeat(99)} `.repeat(5000)),
  text("one word of 2 MB", () => "a".repeat(2_000_000)),
  text("300,000 capital sigmas and dots", () => "Σ·".repeat(150_000)),
  text("1 MB of opening brackets", () => "[".repeat(1_000_000)),
];
