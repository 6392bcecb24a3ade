import type { PieceBuffer } from "../pipeline/piece-buffer.ts";
import { extendHash, startHash } from "../pipeline/unit-hash.ts";
import { TokenizerError } from "../tokenizer-error.ts";
import type { PieceTrie } from "../vocabulary/piece-trie.ts";
import type { Vocabulary } from "../vocabulary/vocabulary.ts";
import type { Model } from "./model.ts";
import { mostUnits, WordCache } from "./word-cache.ts";

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
  /** By unit, 1 more than the id of a word of that unit alone; 0 where it is not looked up yet. */
  readonly #single: Int32Array = new Int32Array(0x10000);
  readonly #trie: PieceTrie;
  /** Where the pieces start that continue a word, or 0. */
  readonly #continuing: number;
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
    this.#trie = vocabulary.trie;
    this.#continuing = this.#trie.find(continuingPrefix);
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
    if (length === 1) {
      const unit = units[0]!;
      const known = this.#single[unit]!;
      return pieces.push(known === 0 ? this.#oneUnit(unit) : known - 1, at, at + 1);
    }
    if (
      length * (this.countBytes ? 3 : 1) > this.maxWordCharacters &&
      this.#size(units, length) > this.maxWordCharacters
    )
      return pieces.push(this.#unknownId, at, at + length);
    if (length <= mostUnits && this.#cache.replay(units, length, hash, at, pieces)) return;
    const trie = this.#trie;
    const before = pieces.length;
    let node = trie.root;
    for (let from = 0; from < length; from = trie.end) {
      const id = trie.longest(units, from, length, node);
      if (id === -1) {
        pieces.length = before;
        pieces.push(this.#unknownId, at, at + length);
        break;
      }
      pieces.push(id, at + from, at + trie.end);
      node = this.#continuing;
    }
    if (length <= mostUnits) this.#cache.remember(units, length, hash, at, pieces, before);
  }

  /** The id of a word of one unit. */
  #oneUnit(unit: number): number {
    const id = this.vocabulary.id(String.fromCharCode(unit)) ?? this.#unknownId;
    this.#single[unit] = id + 1;
    return id;
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
