import type { AddedToken } from "../added-tokens/added-token.ts";
import { AddedTokenMatcher } from "../added-tokens/added-token-matcher.ts";
import type { Model } from "../models/model.ts";
import type { Normalizer } from "../normalizers/normalizer.ts";
import type { PreTokenizer } from "../pre-tokenizers/pre-tokenizer.ts";
import type { PieceBuffer } from "./piece-buffer.ts";
import { PieceCache } from "./piece-cache.ts";
import { ALONE, BETWEEN, LAST_CODE, OTHER, SYMBOL, UNSEEN, type RunKinds } from "./run-kinds.ts";
import { extendHash, readUnits, startHash } from "./unit-hash.ts";

/** In UTF-16 units. Longer words take the general path, and longer runs are not cached. */
const longest = 64;

export interface PipelineParts {
  readonly normalizer: Normalizer;
  readonly preTokenizer: PreTokenizer;
  readonly model: Model;
  readonly addedTokens?: readonly AddedToken[];
  /** The boundaries that the normalizer and pre-tokenizer never look across. Without it, no runs and no cache. */
  readonly runKinds?: RunKinds | undefined;
}

/** Text to pieces: added tokens, normalizer, pre-tokenizer and model in turn. Adds no special tokens. */
export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #given: AddedTokenMatcher | undefined;
  readonly #normalized: AddedTokenMatcher | undefined;
  readonly #cache = new PieceCache(64);
  readonly #units = new Uint16Array(longest);

  constructor(parts: PipelineParts) {
    const { normalizer, addedTokens = [] } = parts;
    this.#parts = parts;
    const given = addedTokens.filter((token) => !token.normalized);
    const normalized = addedTokens.filter((token) => token.normalized);
    this.#given = given[0] && new AddedTokenMatcher(given, (content) => content);
    this.#normalized =
      normalized[0] && new AddedTokenMatcher(normalized, (content) => normalizer.normalize(content).text);
  }

  /** Appends the pieces of `text`, with their positions and words. */
  encode(text: string, pieces: PieceBuffer): void {
    pieces.reserve(text.length >> 2); // about right for English; growing in steps would copy those of a long text twice
    pieces.word = 0;
    if (!this.#given?.mayOccurIn(text)) return this.#segment(text, 0, text.length, pieces);
    this.#given.split(
      text,
      (start, end) => this.#segment(text, start, end, pieces),
      (id, start, end) => pieces.pushWord(id, start, end),
    );
  }

  #segment(text: string, from: number, to: number, pieces: PieceBuffer): void {
    const { model, runKinds: kinds } = this.#parts;
    // An added token in normalized text may span runs.
    if (!kinds || !model.tokenizeUnits || this.#normalized) return this.#general(text, from, to, pieces);
    const { codes, takesSymbolsWhole } = kinds;
    const units = this.#units;
    // Start of the current run: a later OTHER character sends the whole run to the general path.
    let runStart = from;
    let runPieces = pieces.length;
    let runWord = pieces.word;
    for (let i = from; i < to;) {
      const start = i;
      if (!takesSymbolsWhole) {
        runStart = start;
        runPieces = pieces.length;
        runWord = pieces.word;
      }
      let hash = startHash;
      let length = 0;
      let code = BETWEEN;
      while (i < to) {
        code = codes[text.charCodeAt(i)]!;
        if (code <= LAST_CODE) break;
        if (length === longest) {
          code = OTHER;
          break;
        }
        units[length++] = code;
        hash = extendHash(hash, code);
        i++;
        code = BETWEEN;
      }
      if (code === UNSEEN) {
        kinds.classify(text.charCodeAt(i));
        i = start;
        continue;
      }
      if (code === OTHER) {
        pieces.length = runPieces;
        pieces.word = runWord;
        i = this.#runEnd(text, i, to, kinds);
        this.#run(text, runStart, i, pieces);
      } else {
        if (length > 0) {
          model.tokenizeUnits(units, length, hash, start, pieces);
          pieces.word++;
        }
        if (i === to) break;
        if (code !== BETWEEN) {
          const unit = text.charCodeAt(i);
          units[0] = unit;
          model.tokenizeUnits(units, 1, extendHash(startHash, unit), i, pieces);
          pieces.word++;
        }
        i++;
        if (code === SYMBOL) continue;
      }
      runStart = i;
      runPieces = pieces.length;
      runWord = pieces.word;
    }
  }

  /** End of the run that continues at `from`. */
  #runEnd(text: string, from: number, to: number, { codes, classify, takesSymbolsWhole }: RunKinds): number {
    for (let i = from; i < to; i++) {
      const unit = text.charCodeAt(i);
      const code = codes[unit]! || classify(unit);
      if (code === BETWEEN || code === ALONE || (code === SYMBOL && !takesSymbolsWhole)) return i;
    }
    return to;
  }

  /** A run through the general path, or from the cache. */
  #run(text: string, start: number, end: number, pieces: PieceBuffer): void {
    const length = end - start;
    if (length > longest) return this.#general(text, start, end, pieces);
    const units = this.#units;
    const hash = readUnits(text, start, length, units);
    if (this.#cache.replay(units, length, hash, start, pieces)) return;
    const { length: before, word } = pieces;
    this.#general(text, start, end, pieces);
    this.#cache.store(units, length, hash, start, pieces, before, word);
  }

  /** The general path: normalizer, pre-tokenizer and model, without cache. */
  #general(text: string, from: number, to: number, pieces: PieceBuffer): void {
    const { normalizer, preTokenizer, model } = this.#parts;
    const { text: normalized, starts, ends } = normalizer.normalize(text.slice(from, to));
    const startOf = (at: number): number => from + (starts ? starts[at]! : at);
    const endOf = (at: number): number => from + (ends ? ends[at - 1]! : at);
    const split = (start: number, end: number): void =>
      preTokenizer.split(normalized, start, end, (wordStart, wordEnd) => {
        let i = pieces.length;
        model.tokenize(normalized, wordStart, wordEnd, pieces);
        for (; i < pieces.length; i++) {
          pieces.starts[i] = startOf(pieces.starts[i]!);
          pieces.ends[i] = endOf(pieces.ends[i]!);
        }
        pieces.word++;
      });
    if (!this.#normalized) return split(0, normalized.length);
    this.#normalized.split(normalized, split, (id, start, end) => pieces.pushWord(id, startOf(start), endOf(end)));
  }
}
