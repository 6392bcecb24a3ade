import type { AddedToken } from "../added-tokens/added-token.ts";
import { AddedTokenMatcher } from "../added-tokens/added-token-matcher.ts";
import type { Model } from "../models/model.ts";
import type { NormalizedText, Normalizer } from "../normalizers/normalizer.ts";
import type { PreTokenizer } from "../pre-tokenizers/pre-tokenizer.ts";
import type { PieceBuffer } from "./piece-buffer.ts";
import { longestCachedRun, RunCache } from "./run-cache.ts";
import { ALONE, INSIDE, PAIRED } from "./run-kinds.ts";
import type { RunKinds } from "./run-kinds.ts";

export interface PipelineParts {
  normalizer: Normalizer;
  preTokenizer: PreTokenizer;
  model: Model;
  addedTokens?: readonly AddedToken[];
  /** Where the normaliser and pre-tokenizer never look across; without it text is taken whole and nothing is remembered. */
  runKinds?: RunKinds | undefined;
}

/** Text to pieces: added tokens, normaliser, pre-tokenizer and model in turn. No special tokens are put around. */
export class Pipeline {
  readonly #normalizer: Normalizer;
  readonly #preTokenizer: PreTokenizer;
  readonly #model: Model;
  readonly #runKinds: RunKinds | undefined;
  readonly #given: AddedTokenMatcher | undefined;
  readonly #normalized: AddedTokenMatcher | undefined;
  readonly #cache = new RunCache();

  constructor({ normalizer, preTokenizer, model, addedTokens = [], runKinds }: PipelineParts) {
    this.#normalizer = normalizer;
    this.#preTokenizer = preTokenizer;
    this.#model = model;
    const given = addedTokens.filter((token) => !token.normalized);
    const normalized = addedTokens.filter((token) => token.normalized);
    this.#given =
      given.length > 0
        ? new AddedTokenMatcher(
            given,
            given.map((token) => token.content),
          )
        : undefined;
    this.#normalized =
      normalized.length > 0
        ? new AddedTokenMatcher(
            normalized,
            normalized.map((token) => normalizer.normalize(token.content).text),
          )
        : undefined;
    // An added token in normalised text may span runs.
    this.#runKinds = this.#normalized ? undefined : runKinds;
  }

  /** Appends the pieces of `text`, with places in it and words counted from `firstWord`; returns the next word's number. */
  encode(text: string, pieces: PieceBuffer, firstWord = 0): number {
    if (!this.#given) return this.#segment(text, 0, text.length, pieces, firstWord);
    let word = firstWord;
    this.#given.split(text, {
      text: (start, end) => {
        word = this.#segment(text, start, end, pieces, word);
      },
      token: ({ id }, start, end) => pushWord(pieces, id, start, end, word++),
    });
    return word;
  }

  #segment(text: string, from: number, to: number, pieces: PieceBuffer, word: number): number {
    const kinds = this.#runKinds;
    if (!kinds) return this.#general(text, from, to, pieces, word);
    for (let i = from; i < to;) {
      const start = i;
      let hash = 0;
      let kind = INSIDE;
      let units = 1;
      for (; i < to; i += units) {
        const unit = text.charCodeAt(i);
        kind = kinds[unit]!;
        units = 1;
        if (kind !== INSIDE) {
          if (kind === PAIRED) {
            const point = i + 1 < to ? text.codePointAt(i)! : unit;
            kind = point > 0xffff ? kinds[point]! : INSIDE;
            if (point > 0xffff) units = 2;
          }
          if (kind !== INSIDE) break;
          if (units === 2) hash = Math.imul(hash ^ text.charCodeAt(i + 1), 0x01000193);
        }
        hash = Math.imul(hash ^ unit, 0x01000193);
      }
      if (i > start) word = this.#run(text, start, i, hash, pieces, word);
      if (i === to) break;
      if (kind === ALONE)
        word = this.#run(text, i, i + units, Math.imul(text.charCodeAt(i + units - 1), 0x01000193), pieces, word);
      i += units;
    }
    return word;
  }

  #run(text: string, start: number, end: number, hash: number, pieces: PieceBuffer, word: number): number {
    if (end - start > longestCachedRun) return this.#general(text, start, end, pieces, word);
    const words = this.#cache.replay(text, start, end, hash, word, pieces);
    if (words >= 0) return word + words;
    const before = pieces.length;
    const next = this.#general(text, start, end, pieces, word);
    this.#cache.remember(text, start, end, hash, word, next - word, pieces, before);
    return next;
  }

  /** The parts as they are, with nothing remembered. */
  #general(text: string, from: number, to: number, pieces: PieceBuffer, word: number): number {
    const normalized = this.#normalizer.normalize(text.slice(from, to));
    if (!this.#normalized) return this.#words(normalized, 0, normalized.text.length, from, pieces, word);
    this.#normalized.split(normalized.text, {
      text: (start, end) => {
        word = this.#words(normalized, start, end, from, pieces, word);
      },
      token: ({ id }, start, end) => {
        const { starts, ends } = normalized;
        pushWord(pieces, id, from + (starts ? starts[start]! : start), from + (ends ? ends[end - 1]! : end), word++);
      },
    });
    return word;
  }

  #words(
    normalized: NormalizedText,
    from: number,
    to: number,
    offset: number,
    pieces: PieceBuffer,
    word: number,
  ): number {
    const { text, starts, ends } = normalized;
    const model = this.#model;
    this.#preTokenizer.split(text, from, to, (start, end) => {
      const before = pieces.length;
      model.tokenize(text, start, end, pieces);
      for (let i = before; i < pieces.length; i++) {
        const first = pieces.starts[i]!;
        const last = pieces.ends[i]!;
        pieces.starts[i] = offset + (starts ? starts[first]! : first);
        pieces.ends[i] = offset + (ends ? ends[last - 1]! : last);
        pieces.words[i] = word;
      }
      word++;
    });
    return word;
  }
}

function pushWord(pieces: PieceBuffer, id: number, start: number, end: number, word: number): void {
  pieces.push(id, start, end);
  pieces.words[pieces.length - 1] = word;
}
