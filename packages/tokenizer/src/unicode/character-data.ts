import { eachEntry } from "./table-entries.ts";
import { asciiSymbols, chinese, decomposing9, mixed9, nonspacingMark8, spaces } from "./tables.ts";

/** Properties of a code point, as bits of `CharacterData.flags`. */
export const DROPPED = 1; // removed by clean-up
export const SPACE = 2; // separates words
export const PUNCTUATION = 4; // a word of its own
export const CHINESE = 8; // a word of its own where Chinese characters are isolated
export const NONSPACING_MARK = 16; // an accent
export const DECOMPOSING = 32; // changed or reordered by NFD, or a nonspacing mark
export const UPPERCASE = 64; // changed by lowercasing; in tf-text, changed or removed by folding
export const BARE_SPACE = 128; // dropped by clean-up, a space without it (hf-fast: vertical tab, form feed, U+0085)

/** The character properties of one dialect, independent of the runtime's Unicode version. */
export class CharacterData {
  /** Bits by code point. */
  readonly flags: Uint8Array = new Uint8Array(0x110000);
  /** Lowercase by code point, if different. Without U+0130, whose lowercase has two code points. */
  readonly lowercase: Map<number, number> = new Map();

  /**
   * Marks what all dialects share: Chinese characters, ASCII symbols, and what may decompose in Unicode 9.0 or by later
   * tables.
   */
  constructor(startOfExtensionE: number, ...decomposing: readonly string[]) {
    this.markTables(CHINESE, chinese);
    this.mark(CHINESE, startOfExtensionE, 0x2ceb0);
    this.markTables(PUNCTUATION, asciiSymbols);
    this.markTables(DECOMPOSING, decomposing9, nonspacingMark8, ...decomposing);
    eachPoint(mixed9, (point, character) => {
      if (character.normalize("NFD") !== character) this.flags[point]! |= DECOMPOSING;
    });
  }

  /** Marks [start, end). */
  mark(bit: number, start: number, end: number): void {
    const { flags } = this;
    // `fill` is enough for large ranges, and for those marked first: their flags are uniform. A loop would take twice
    // as long.
    if (end - start > 4100 || bit & (CHINESE | DECOMPOSING)) flags.fill(flags[start]! | bit, start, end);
    else for (let point = start; point < end; point++) flags[point]! |= bit;
  }

  /** Marks the ranges of tables. */
  markTables(bit: number, ...tables: readonly string[]): void {
    for (const table of tables) {
      let end = 0;
      eachEntry(table, (gap, length) => this.mark(bit, (end += gap), (end += length)));
    }
  }

  /** Marks White_Space, except what clean-up drops, as SPACE; and U+FFFD as dropped. */
  markSpaces(): void {
    const { flags } = this;
    flags[0xfffd] = DROPPED;
    this.markTables(SPACE, spaces);
    flags[0x9] = flags[0xa] = flags[0xd] = SPACE;
  }

  /** Marks the code points of a case table as UPPERCASE, and stores their lowercase. */
  markCases(table: string): void {
    let point = 0;
    eachEntry(table, (gap, delta, count, stride) => {
      for (point += gap - stride; count > 0; count--) {
        point += stride;
        this.#setCase(point, point + delta);
      }
    });
  }

  /** The same for those of a table's ranges that the runtime lowercases. */
  markLowercase(table: string): void {
    eachPoint(table, (point, character) => this.#setCase(point, character.toLowerCase().codePointAt(0)!));
  }

  #setCase(point: number, lower: number): void {
    if (lower === point) return;
    this.flags[point]! |= UPPERCASE;
    this.lowercase.set(point, lower);
  }
}

/** Calls `visit` with each code point of a table's ranges. */
function eachPoint(table: string, visit: (point: number, character: string) => void): void {
  let point = 0;
  eachEntry(table, (gap, length) => {
    for (point += gap; length > 0; length--) visit(point, String.fromCodePoint(point++));
  });
}
