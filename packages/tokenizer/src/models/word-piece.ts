import type { PieceBuffer } from "../pipeline/piece-buffer.ts";
import { TokenizerError } from "../tokenizer-error.ts";
import type { Vocabulary } from "../vocabulary/vocabulary.ts";
import type { Model } from "./model.ts";
import { PieceTrie } from "./piece-trie.ts";

export interface WordPieceOptions {
  vocabulary: Vocabulary;
  unknownToken?: string;
  /** What a piece inside a word starts with in the vocabulary. */
  continuingPrefix?: string;
  /** Longer words, in code points, are unknown: 100 in Hugging Face's libraries, 200 in google-research/bert. */
  maxWordCharacters?: number;
}

/** Greedy longest-match-first (google-research/bert, WordpieceTokenizer). A word that cannot be covered is one unknown token. */
export class WordPiece implements Model {
  readonly vocabulary: Vocabulary;
  readonly unknownToken: string;
  readonly continuingPrefix: string;
  readonly maxWordCharacters: number;
  readonly #unknownId: number;
  readonly #trie: PieceTrie;
  readonly #found = { id: 0 };

  constructor(options: WordPieceOptions) {
    const { vocabulary, unknownToken = "[UNK]", continuingPrefix = "##", maxWordCharacters = 100 } = options;
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
    this.#unknownId = unknownId;
    const { tokens } = vocabulary;
    this.#trie = new PieceTrie(tokens.length);
    for (let id = 0; id < tokens.length; id++) {
      const token = tokens[id]!;
      this.#trie.add(token, 0, id, 0);
      if (token.length > continuingPrefix.length && token.startsWith(continuingPrefix))
        this.#trie.add(token, continuingPrefix.length, id, 1);
    }
  }

  tokenize(text: string, start: number, end: number, pieces: PieceBuffer): void {
    const before = pieces.length;
    const found = this.#found;
    let at = start;
    if (end - start <= this.maxWordCharacters || codePoints(text, start, end) <= this.maxWordCharacters) {
      while (at < end) {
        const length = this.#trie.longest(text, at, end, at === start ? 0 : 1, found);
        if (length === 0) break;
        pieces.push(found.id, at, at + length);
        at += length;
      }
    }
    if (at < end) {
      pieces.length = before;
      pieces.push(this.#unknownId, start, end);
    }
  }
}

function codePoints(text: string, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) if ((text.charCodeAt(i) & 0xfc00) !== 0xdc00) count++;
  return count;
}
