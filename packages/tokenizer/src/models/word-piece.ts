import type { PieceBuffer } from "../pipeline/piece-buffer.ts";
import { TokenizerError } from "../tokenizer-error.ts";
import { continuationHash, extendHash, PieceTable, startHash } from "../vocabulary/piece-table.ts";
import type { Vocabulary } from "../vocabulary/vocabulary.ts";
import type { Model } from "./model.ts";
import { WordCache } from "./word-cache.ts";

export interface WordPieceOptions {
  vocabulary: Vocabulary;
  unknownToken?: string;
  /** What a piece inside a word starts with in the vocabulary. */
  continuingPrefix?: string;
  /** Longer words are unknown: 100 in Hugging Face's libraries and TF.Text, 200 in google-research/bert. */
  maxWordCharacters?: number;
  /** What `maxWordCharacters` counts: code points, or (TF.Text) bytes of UTF-8. */
  countBytes?: boolean;
}

/** Greedy longest-match-first (google-research/bert, WordpieceTokenizer). A word that cannot be covered is one unknown token. */
export class WordPiece implements Model {
  readonly vocabulary: Vocabulary;
  readonly unknownToken: string;
  readonly continuingPrefix: string;
  readonly maxWordCharacters: number;
  readonly countBytes: boolean;
  readonly #unknownId: number;
  /** Ids of pieces of one unit, unknown ones included. */
  readonly #single: Int32Array;
  readonly #starting: PieceTable;
  readonly #continuing: PieceTable;
  readonly #found = { length: 0 };
  readonly #cache = new WordCache();
  #units = new Uint16Array(256);

  constructor(options: WordPieceOptions) {
    const {
      vocabulary,
      unknownToken = "[UNK]",
      continuingPrefix = "##",
      maxWordCharacters = 100,
      countBytes = false,
    } = options;
    const unknownId = vocabulary.id(unknownToken);
    if (unknownId === undefined)
      throw new TokenizerError(
        "special-token",
        `WordPiece: the unknown token ${JSON.stringify(unknownToken)} is not in the vocabulary of ${vocabulary.size}. Add it, or name the vocabulary's own with unknownToken.`,
      );
    this.vocabulary = vocabulary;
    this.unknownToken = unknownToken;
    this.continuingPrefix = continuingPrefix;
    this.maxWordCharacters = maxWordCharacters;
    this.countBytes = countBytes;
    this.#unknownId = unknownId;
    this.#starting = vocabulary.table;
    const { tokens } = vocabulary;
    const continuing: number[] = [];
    this.#single = new Int32Array(0x10000).fill(unknownId);
    for (let id = 0; id < tokens.length; id++) {
      const token = tokens[id]!;
      if (token.length === 1) this.#single[token.charCodeAt(0)] = id;
      if (token.length > continuingPrefix.length && token.startsWith(continuingPrefix)) continuing.push(id);
    }
    this.#continuing = new PieceTable(continuing.length);
    for (const id of continuing) this.#continuing.add(tokens[id]!, continuingPrefix.length, id, continuationHash);
  }

  tokenize(text: string, start: number, end: number, pieces: PieceBuffer): void {
    const length = end - start;
    // A character is at most two units, and at least a byte.
    if (length > 2 * this.maxWordCharacters) return pieces.push(this.#unknownId, start, end);
    if (length > this.#units.length) this.#units = new Uint16Array(length);
    const units = this.#units;
    let hash = startHash;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(start + i);
      units[i] = unit;
      hash = extendHash(hash, unit);
    }
    this.tokenizeUnits(units, length, hash, start, pieces);
  }

  tokenizeUnits(units: Uint16Array, length: number, hash: number, at: number, pieces: PieceBuffer): void {
    if (length === 1) return pieces.push(this.#single[units[0]!]!, at, at + 1);
    if (
      length * (this.countBytes ? 3 : 1) > this.maxWordCharacters &&
      this.#size(units, length) > this.maxWordCharacters
    )
      return pieces.push(this.#unknownId, at, at + length);
    const whole = this.#starting.find(hash, units, 0, length);
    if (whole !== -1) return pieces.push(whole, at, at + length);
    if (this.#cache.replay(units, length, hash, at, pieces)) return;
    const before = pieces.length;
    this.#cut(units, length, at, pieces);
    this.#cache.remember(units, length, hash, at, pieces, before);
  }

  #cut(units: Uint16Array, length: number, at: number, pieces: PieceBuffer): void {
    const before = pieces.length;
    const found = this.#found;
    for (let from = 0; from < length; from += found.length) {
      const id =
        from === 0
          ? this.#starting.longestAt(units, 0, length, startHash, found)
          : this.#continuing.longestAt(units, from, length - from, continuationHash, found);
      if (id === -1) {
        pieces.length = before;
        pieces.push(this.#unknownId, at, at + length);
        return;
      }
      pieces.push(id, at + from, at + from + found.length);
    }
  }

  /** Code points or bytes of a word. */
  #size(units: Uint16Array, length: number): number {
    let size = 0;
    for (let i = 0; i < length; i++) {
      const unit = units[i]!;
      if (!this.countBytes) size += (unit & 0xfc00) === 0xdc00 ? 0 : 1;
      else if (unit < 0x80) size += 1;
      else if (unit < 0x800 || (unit & 0xf800) === 0xd800) size += 2;
      else size += 3;
    }
    return size;
  }
}
