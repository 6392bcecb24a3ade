import { eachCasePair, eachRange } from "./ranges.ts";
import * as tables from "./tables.ts";

/** What a code point is, as bits of `CharacterData.flags`. */
export const DROPPED = 1; // removed by clean-up
export const SPACE = 2; // separates words
export const PUNCTUATION = 4; // a word of its own
export const CHINESE = 8; // a word of its own where Chinese characters are isolated
export const NONSPACING_MARK = 16; // an accent
export const DECOMPOSING = 32; // NFD changes or moves it
export const UPPERCASE = 64; // lower-casing changes it; in tf-text, folding changes or removes it
export const BARE_SPACE = 128; // dropped by clean-up, a space without it (hf-fast: vertical tab, form feed, U+0085)

/** The characters as one dialect sees them, whatever Unicode version the runtime has. */
export interface CharacterData {
  /** Bits by code point, length 0x110000. */
  readonly flags: Uint8Array;
  /** Lower-case code point by code point, where it differs. U+0130 is left to the caller: it has two. */
  readonly lowercase: ReadonlyMap<number, number>;
}

export type CharacterDialect = "hf-fast" | "google" | "tf-text";

const cache = new Map<CharacterDialect, CharacterData>();

/**
 * hf-fast: categories of Unicode 8.0, decomposition of 9.0, lower case of 17.0, as in the Rust library tokenizers 0.23.
 * google: Unicode 14.0 throughout, as in google-research/bert under CPython 3.11.
 * tf-text: categories of Unicode 15.0, case folding and decomposition of 16.0, as in tensorflow-text 2.21.
 */
export function characterData(dialect: CharacterDialect): CharacterData {
  const known = cache.get(dialect);
  if (known) return known;
  const made = dialect === "tf-text" ? buildTfText() : build(dialect === "hf-fast");
  cache.set(dialect, made);
  return made;
}

function build(rust: boolean): CharacterData {
  // The Rust library writes 0x2B920 where BERT has 0x2B820 (huggingface/tokenizers#2395).
  const { flags, lowercase, mark, markInclusive, markCase } = chineseMarked(rust ? 0x2b920 : 0x2b820);
  // As above: these are many, and none of them is marked yet.
  eachRange(rust ? tables.other8 : tables.control14, (start, end) => flags.fill(DROPPED, start, end));
  flags[0xfffd]! |= DROPPED;
  // White_Space less what clean-up drops; google's own test is \t \n \r and Zs, and str.split adds U+2028 and U+2029.
  markInclusive(
    SPACE,
    [
      0x9, 0xa, 0xd, 0xd, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f,
      0x205f, 0x205f, 0x3000, 0x3000,
    ],
  );
  for (const point of [0x9, 0xa, 0xd]) flags[point]! &= ~DROPPED;
  if (rust) markInclusive(BARE_SPACE, [0xb, 0xc, 0x85, 0x85]);
  else markInclusive(BARE_SPACE, [0xb, 0xc, 0x1c, 0x1f, 0x85, 0x85]);
  eachRange(rust ? tables.punctuation8 : tables.punctuation14, mark(PUNCTUATION));
  markSymbols(markInclusive);
  eachRange(rust ? tables.nonspacingMark8 : tables.nonspacingMark14, mark(NONSPACING_MARK));
  eachRange(tables.decomposing9, mark(DECOMPOSING));
  if (!rust) eachRange(tables.decomposing14, mark(DECOMPOSING));
  eachCasePair(tables.lowercase14, markCase);
  if (rust) eachCasePair(tables.lowercase17, markCase);
  return { flags, lowercase };
}

/** Here control characters are spaces; DROPPED is what folding removes, even those that are spaces where nothing is folded. */
function buildTfText(): CharacterData {
  const { flags, lowercase, mark, markInclusive, markCase } = chineseMarked(0x2b820);
  for (const table of [tables.control14, tables.control15]) eachRange(table, mark(SPACE));
  markInclusive(SPACE, [0x20, 0x20]);
  for (const table of [tables.punctuation14, tables.punctuation15]) eachRange(table, mark(PUNCTUATION));
  markSymbols(markInclusive);
  for (const table of [tables.nonspacingMark14, tables.nonspacingMark15]) eachRange(table, mark(NONSPACING_MARK));
  for (const table of [tables.decomposing9, tables.decomposing14, tables.decomposing16])
    eachRange(table, mark(DECOMPOSING));
  eachRange(tables.compatible16, mark(UPPERCASE));
  eachRange(tables.ignorable16, mark(UPPERCASE | DROPPED));
  eachCasePair(tables.caseFolding16, markCase);
  markInclusive(UPPERCASE, [0xdf, 0xdf, 0x1e9e, 0x1e9e]);
  return { flags, lowercase };
}

type Mark = (bit: number) => (start: number, end: number) => void;
type MarkInclusive = (bit: number, pairs: readonly number[]) => void;

function chineseMarked(startOfExtensionE: number): {
  flags: Uint8Array;
  lowercase: Map<number, number>;
  mark: Mark;
  markInclusive: MarkInclusive;
  markCase: (from: number, to: number) => void;
} {
  const flags = new Uint8Array(0x110000);
  // Filled, not marked one by one: they are 90,000, and no loop is compiled yet when these tables are made.
  for (const [start, end] of [
    [0x3400, 0x4dbf],
    [0x4e00, 0x9fff],
    [0xf900, 0xfaff],
    [0x20000, 0x2a6df],
    [0x2a700, 0x2b73f],
    [0x2b740, 0x2b81f],
    [startOfExtensionE, 0x2ceaf],
    [0x2f800, 0x2fa1f],
  ] as const)
    flags.fill(CHINESE, start, end + 1);
  const lowercase = new Map<number, number>();
  const mark: Mark = (bit) => (start, end) => {
    // Filled for the same reason: the Hangul syllables, 11,172 that decompose and are nothing else.
    if (end - start > 9999) flags.fill(flags[start]! | bit, start, end);
    else for (let point = start; point < end; point++) flags[point]! |= bit;
  };
  const markInclusive: MarkInclusive = (bit, pairs) => {
    for (let i = 0; i < pairs.length; i += 2) mark(bit)(pairs[i]!, pairs[i + 1]! + 1);
  };
  const markCase = (from: number, to: number): void => {
    flags[from]! |= UPPERCASE;
    lowercase.set(from, to);
  };
  return { flags, lowercase, mark, markInclusive, markCase };
}

function markSymbols(mark: MarkInclusive): void {
  mark(PUNCTUATION, [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e]);
}
