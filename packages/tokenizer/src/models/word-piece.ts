import { checkOptions, reject } from "../check-options.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { hfFast } from "../dialects/hf-fast.ts";
import { requireToken } from "../require-token.ts";
import { PieceCache } from "../pipeline/piece-cache.ts";
import type { PieceBuffer } from "../pipeline/piece-buffer.ts";
import { readUnits } from "../pipeline/unit-hash.ts";
import type { PieceTrie } from "../vocabulary/piece-trie.ts";
import type { Vocabulary } from "../vocabulary/vocabulary.ts";
import type { Model } from "./model.ts";

/** Longer words are not cached. */
const maxUnits = 12;

export interface WordPieceOptions {
  readonly vocabulary: Vocabulary;
  readonly unknownToken?: string;
  /** The prefix of pieces that continue a word. Default "##". */
  readonly continuingPrefix?: string | undefined;
  /** Longer words are unknown. Default: that of the dialect. */
  readonly maxWordCharacters?: number | undefined;
  /** Decides how words are measured: in code points, or (tf-text) in UTF-8 bytes. */
  readonly dialect?: Dialect;
}

/**
 * Greedy longest-match-first (google-research/bert, WordpieceTokenizer). A word that cannot be covered is one unknown
 * token.
 */
export class WordPiece implements Model {
  readonly vocabulary: Vocabulary;
  readonly unknownToken: string;
  readonly continuingPrefix: string;
  readonly maxWordCharacters: number;
  readonly dialect: Dialect;
  readonly #unknownId: number;
  /** By unit, the id + 1 of the word that consists of this unit; 0 if not looked up yet. */
  readonly #single: Int32Array = new Int32Array(0x10000);
  readonly #trie: PieceTrie;
  /** The trie node of the continuing prefix, or 0. */
  readonly #continuing: number;
  readonly #cache = new PieceCache(16);
  #units = new Uint16Array(256);

  constructor(options: WordPieceOptions) {
    checkOptions(
      "WordPiece",
      options,
      "vocabulary: unknownToken:string continuingPrefix:string maxWordCharacters:1 dialect:normalizing",
    );
    const {
      vocabulary,
      unknownToken = "[UNK]",
      continuingPrefix = "##",
      dialect = hfFast,
      maxWordCharacters = dialect.maxWordCharacters,
    } = options;
    if (!vocabulary?.trie) reject(TypeError, "WordPiece", "vocabulary", "a Vocabulary", vocabulary);
    this.#unknownId = requireToken(
      vocabulary.id(unknownToken),
      "WordPiece: the unknown token",
      unknownToken,
      vocabulary.size,
      "name the vocabulary's own in unknownToken",
    );
    this.vocabulary = vocabulary;
    this.unknownToken = unknownToken;
    this.continuingPrefix = continuingPrefix;
    this.maxWordCharacters = maxWordCharacters;
    this.dialect = dialect;
    this.#trie = vocabulary.trie;
    this.#continuing = this.#trie.find(continuingPrefix);
  }

  tokenize(text: string, start: number, end: number, pieces: PieceBuffer): void {
    const length = end - start;
    // A character has at most two units and at least one byte.
    if (length > 2 * this.maxWordCharacters) return pieces.push(this.#unknownId, start, end);
    if (length > this.#units.length) this.#units = new Uint16Array(length);
    const hash = readUnits(text, start, length, this.#units);
    this.tokenizeUnits(this.#units, length, hash, start, pieces);
  }

  tokenizeUnits(units: Uint16Array, length: number, hash: number, at: number, pieces: PieceBuffer): void {
    if (length === 1) {
      const unit = units[0]!;
      this.#single[unit] ||= 1 + (this.vocabulary.id(String.fromCharCode(unit)) ?? this.#unknownId);
      return pieces.push(this.#single[unit]! - 1, at, at + 1);
    }
    // A unit has at most three bytes.
    if (length * 3 > this.maxWordCharacters && this.dialect.wordSize(units, length) > this.maxWordCharacters)
      return pieces.push(this.#unknownId, at, at + length);
    if (length <= maxUnits && this.#cache.replay(units, length, hash, at, pieces)) return;
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
    if (length <= maxUnits) this.#cache.store(units, length, hash, at, pieces, before, pieces.word);
  }
}
