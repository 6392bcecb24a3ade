import type { AddedToken } from "../added-tokens/added-token.ts";
import { AddedTokenMatcher } from "../added-tokens/added-token-matcher.ts";
import type { Model } from "../models/model.ts";
import type { NormalizedText, Normalizer } from "../normalizers/normalizer.ts";
import type { PreTokenizer } from "../pre-tokenizers/pre-tokenizer.ts";
import type { PieceBuffer } from "./piece-buffer.ts";
import { longestCachedRun, RunCache } from "./run-cache.ts";
import { ALONE, BETWEEN, LAST_CODE, OTHER, SYMBOL, UNSEEN } from "./run-kinds.ts";
import type { RunKinds } from "./run-kinds.ts";
import { extendHash, startHash } from "./unit-hash.ts";

/** Longer words go through the parts as they are. */
const longestWord = 64;

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
  readonly #units = new Uint16Array(longestWord);

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
    pieces.reserve(text.length >> 2); // about as many as English has: growing piece by piece copies a long text's twice
    if (!this.#given?.mayOccurIn(text)) return this.#segment(text, 0, text.length, pieces, firstWord);
    let word = firstWord;
    this.#given.split(text, {
      text: (start, end) => {
        word = this.#segment(text, start, end, pieces, word);
      },
      token: ({ id }, start, end) => pushWord(pieces, id, start, end, word++),
    });
    return word;
  }

  #segment(text: string, from: number, to: number, pieces: PieceBuffer, firstWord: number): number {
    const kinds = this.#runKinds;
    const model = this.#model;
    if (!kinds || !model.tokenizeUnits) return this.#general(text, from, to, pieces, firstWord);
    const { codes, takesSymbolsWhole } = kinds;
    const units = this.#units;
    pieces.word = firstWord;
    // Where the run began that an OTHER character further on would make one for the parts as they are.
    let runStart = from;
    let runPieces = pieces.length;
    let runWord = firstWord;
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
        if (length === longestWord) {
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
        i = this.#runEnd(text, i, to, kinds);
        pieces.word = this.#run(text, runStart, i, pieces, runWord);
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
    return pieces.word;
  }

  /** Where the run that goes on at `from` ends. */
  #runEnd(text: string, from: number, to: number, kinds: RunKinds): number {
    const lastInside = kinds.takesSymbolsWhole ? SYMBOL : OTHER;
    for (let i = from; i < to; i++) {
      const unit = text.charCodeAt(i);
      const code = kinds.codes[unit]! || kinds.classify(unit);
      if (code === BETWEEN || code === ALONE || (code === SYMBOL && lastInside !== SYMBOL)) return i;
    }
    return to;
  }

  /** A run by the parts as they are, or what they gave before. */
  #run(text: string, start: number, end: number, pieces: PieceBuffer, word: number): number {
    if (end - start > longestCachedRun) return this.#general(text, start, end, pieces, word);
    let hash = startHash;
    for (let i = start; i < end; i++) hash = extendHash(hash, text.charCodeAt(i));
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
      pieces.word = word;
      model.tokenize(text, start, end, pieces);
      for (let i = before; i < pieces.length; i++) {
        const first = pieces.starts[i]!;
        const last = pieces.ends[i]!;
        pieces.starts[i] = offset + (starts ? starts[first]! : first);
        pieces.ends[i] = offset + (ends ? ends[last - 1]! : last);
      }
      word++;
    });
    return word;
  }
}

function pushWord(pieces: PieceBuffer, id: number, start: number, end: number, word: number): void {
  pieces.word = word;
  pieces.push(id, start, end);
}
