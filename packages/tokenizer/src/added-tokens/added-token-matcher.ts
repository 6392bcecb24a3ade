import { pieceList } from "../vocabulary/piece-list.ts";
import { readUnits } from "../pipeline/unit-hash.ts";
import { PieceTrie } from "../vocabulary/piece-trie.ts";
import type { AddedToken } from "./added-token.ts";

/** Finds added tokens in text: leftmost first, then longest. */
export class AddedTokenMatcher {
  readonly #tokens: readonly AddedToken[];
  readonly #trie: PieceTrie;
  /** Common prefix of all contents. */
  readonly #start: string;

  /** @param spelled maps a token's content to its form in the text */
  constructor(tokens: readonly AddedToken[], spelled: (content: string) => string) {
    // Of tokens with the same spelling the first one matches; in the Rust library it is random.
    const bySpelling = new Map(tokens.toReversed().map((token) => [spelled(token.content), token]));
    bySpelling.delete("");
    const contents = [...bySpelling.keys()];
    const start = contents[0]?.[0] ?? "";
    this.#start = contents.every((content) => content.startsWith(start)) ? start : "";
    this.#tokens = [...bySpelling.values()];
    this.#trie = new PieceTrie(pieceList(contents));
  }

  /** A quick check: false if the text contains no added token. May be true without one. */
  mayOccurIn(text: string): boolean {
    return text.includes(this.#start);
  }

  /** Visits the whole text in order: added tokens, and the non-empty text between them. */
  split(
    text: string,
    visitText: (start: number, end: number) => void,
    visitToken: (id: number, start: number, end: number) => void,
  ): void {
    const units = new Uint16Array(text.length);
    readUnits(text, 0, text.length, units);
    let done = 0;
    let stripped = { from: 0, to: 0 }; // the whitespace consumed last, so that each run is scanned once
    let next = 0;
    for (;;) {
      let start = this.#nextStart(text, units, next);
      if (start < 0) break;
      const token = this.#tokens[this.#trie.longest(units, start, text.length, this.#trie.root)]!;
      let end = (next = this.#trie.end);
      if (
        token.singleWord &&
        (endsWithWord.test(text.slice(Math.max(0, start - 2), start)) || startsWithWord.test(text.slice(end, end + 2)))
      )
        continue;
      if (token.leftStrip) {
        while (start > done && whiteSpace.test(text[start - 1]!)) start--;
        start = Math.max(start, done);
      }
      if (token.rightStrip) {
        if (end < stripped.from || end > stripped.to) {
          let to = end;
          while (to < text.length && whiteSpace.test(text[to]!)) to++;
          stripped = { from: end, to };
        }
        end = stripped.to;
      }
      if (done < start) visitText(done, start);
      // Empty if the token before consumed this whitespace; without leftStrip it matches again, as in Rust.
      if (start < end) visitToken(token.id, start, end);
      done = end;
    }
    if (done < text.length) visitText(done, text.length);
  }

  /** Start of the next token, or -1. */
  #nextStart(text: string, units: Uint16Array, from: number): number {
    const trie = this.#trie;
    for (let i = from; i < text.length; i++) {
      if (this.#start !== "") i = text.indexOf(this.#start, i);
      if (i < 0) break;
      if (trie.longest(units, i, units.length, trie.root) >= 0) return i;
    }
    return -1;
  }
}

const endsWithWord = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const startsWithWord = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const whiteSpace = /\p{White_Space}/u;
