import type { AddedToken } from "./added-tokens/added-token.ts";
import { checkArray, checkOptions, checkText, isText, reject } from "./check-options.ts";
import type { Decoder } from "./decoders/decoder.ts";
import { batchOf } from "./encoding/batch.ts";
import { assemble } from "./encoding/assemble.ts";
import {
  batchKinds,
  encodeKinds,
  raggedKinds,
  type BatchOptions,
  type EncodeOptions,
  type RaggedOptions,
} from "./encoding/encode-options.ts";
import { decodeKinds, type DecodeOptions } from "./decoders/decode-options.ts";
import type { Encoding } from "./encoding/encoding.ts";
import type { OffsetUnit } from "./encoding/offset-unit.ts";
import type { BatchEncoding } from "./encoding/pad-batch.ts";
import type { PieceRange } from "./encoding/piece-range.ts";
import { raggedOf, type RaggedEncoding, type Rows } from "./encoding/ragged.ts";
import type { TextInput } from "./encoding/text-input.ts";
import { truncated } from "./encoding/truncation.ts";
import type { Model } from "./models/model.ts";
import type { Normalizer } from "./normalizers/normalizer.ts";
import { PieceBuffer } from "./pipeline/piece-buffer.ts";
import { Pipeline } from "./pipeline/pipeline.ts";
import type { RunKinds } from "./pipeline/run-kinds.ts";
import { templateFor, type PostProcessor, type TemplatePart } from "./post-processors/template.ts";
import type { PreTokenizer } from "./pre-tokenizers/pre-tokenizer.ts";
import { bertSpecialTokenNames, type SpecialTokenRole, type SpecialTokens } from "./special-tokens.ts";
import type { Dialect } from "./dialects/dialect.ts";
import type { Vocabulary } from "./vocabulary/vocabulary.ts";

/** The parts of a tokenizer; see `bertTokenizer` for BERT's. */
export interface TokenizerParts {
  readonly vocabulary: Vocabulary;
  readonly special: SpecialTokens;
  readonly lowercase: boolean;
  readonly dialect: Dialect;
  readonly normalizer: Normalizer;
  readonly preTokenizer: PreTokenizer;
  readonly model: Model;
  readonly postProcessor: PostProcessor;
  readonly decoder: Decoder;
  readonly addedTokens: readonly AddedToken[];
  /** The end that `maxLength` removes of each sequence. Default "right". */
  readonly truncationSide?: "right" | "left" | undefined;
  /** Only for BERT's normalizer and pre-tokenizer, from the parts of `bertTokenizer`: encodes run by run, with a cache. */
  readonly runKinds?: RunKinds | undefined;
}

const neededParts = "vocabulary special dialect normalizer preTokenizer model postProcessor decoder addedTokens".split(
  " ",
) as readonly (keyof TokenizerParts)[];

const maxKeptPieces = 1 << 20; // 16 MB

/** Text to ids and back. */
export class Tokenizer {
  readonly parts: TokenizerParts;
  readonly vocabulary: Vocabulary;
  readonly special: SpecialTokens;
  readonly lowercase: boolean;
  readonly #pipeline: Pipeline;
  readonly #added: ReadonlyMap<number, AddedToken>;
  readonly #specialIds: Set<number>;
  #pieces: PieceBuffer = new PieceBuffer();

  constructor(parts: TokenizerParts) {
    for (const name of neededParts) {
      const part = parts?.[name];
      if (Object(part) !== part) reject(TypeError, "Tokenizer", name, "a part", part);
    }
    this.parts = parts;
    this.#pipeline = new Pipeline(parts);
    const { special, addedTokens } = parts;
    this.vocabulary = parts.vocabulary;
    this.special = special;
    this.lowercase = parts.lowercase;
    this.#added = new Map(addedTokens.map((token) => [token.id, token]));
    this.#specialIds = new Set(addedTokens.filter((token) => token.special).map((token) => token.id));
    for (const role in bertSpecialTokenNames)
      if (role !== "mask" || special.hasMask) this.#specialIds.add(special[role as SpecialTokenRole].id);
  }

  /** The pieces of a text, without special tokens. */
  tokenize(text: string): string[] {
    return this.encode(text, undefined, { addSpecialTokens: false }).tokens;
  }

  /**
   * Encodes a text or a pair; several texts at once with `encodeBatch`.
   *
   * @throws TypeError for anything else, such as a list of texts; TokenizerError if maxLength leaves no space for the
   *   special tokens, or a strategy cannot reach it.
   */
  encode(text: string, pair?: string, options: EncodeOptions = {}): Encoding {
    checkText("encode", "text", text);
    checkText("encode", "pair", pair ?? "");
    return this.#encode(text, pair, options);
  }

  /** Encodes text already split into words: word ids are indices of `words`, offsets are relative to the word. */
  encodeWords(words: readonly string[], pair?: readonly string[], options: EncodeOptions = {}): Encoding {
    checkArray("encodeWords", "words", words);
    checkArray("encodeWords", "pair", pair ?? []);
    return this.#encode(words, pair, options);
  }

  /** Encodes texts and pairs into three flat arrays, by default padded to the longest. */
  encodeBatch(inputs: readonly TextInput[], options: BatchOptions = {}): BatchEncoding {
    checkOptions("encodeBatch", options, batchKinds);
    return batchOf(this.#rows(inputs, options, true), options, this.special.padding.id);
  }

  /** Encodes texts and pairs into one flat array without padding: the fastest way to get ids. */
  encodeRagged(inputs: readonly TextInput[], options: RaggedOptions = {}): RaggedEncoding {
    checkOptions("encodeRagged", options, raggedKinds);
    return raggedOf(this.#rows(inputs, options, false), options.offsets !== undefined);
  }

  /** @throws TokenizerError on an unknown id. */
  decode(ids: ArrayLike<number>, options: DecodeOptions = {}): string {
    checkOptions("decode", options, decodeKinds);
    if (!(ids instanceof Object)) reject(TypeError, "decode", "ids", "an array", ids);
    const { skipSpecialTokens = true, cleanUp } = options;
    const tokens = Array.from(ids)
      .filter((id) => !(skipSpecialTokens && this.isSpecial(id)))
      .map((id) => this.token(id));
    return this.parts.decoder.decode(tokens, { cleanUp });
  }

  /**
   * The token of an id, also of an added token: its content, of which the Rust library 0.23 gives the normalized form if
   * it matches in normalized text. @throws TokenizerError on an unknown id.
   */
  token(id: number): string {
    return this.#added.get(id)?.content ?? this.vocabulary.token(id);
  }

  isSpecial(id: number): boolean {
    return this.#specialIds.has(id);
  }

  /**
   * The pieces of a text or pair (each a text or its words), without special tokens, and the range of each sequence.
   * The next call overwrites the buffer.
   */
  pieces(
    texts: readonly Sequence[],
    unit?: OffsetUnit | "utf16",
  ): { pieces: PieceBuffer; sequences: readonly PieceRange[] } {
    checkArray("encode", "text", texts, "", Object);
    const pieces = this.#cleared();
    const sequences: PieceRange[] = [];
    for (const text of texts) {
      const start = pieces.length;
      if (!Array.isArray(text)) this.#append(text as string, unit);
      else
        for (const [i, word] of text.entries()) {
          const from = pieces.length;
          this.#append(word, unit);
          pieces.words.fill(i, from, pieces.length);
        }
      sequences.push({ start, end: pieces.length });
    }
    return { pieces, sequences };
  }

  #encode(text: Sequence, pair: Sequence | undefined, options: EncodeOptions): Encoding {
    checkOptions("encode", options, encodeKinds);
    const template = templateFor(this.parts.postProcessor, pair !== undefined, options);
    const { pieces, sequences } = this.pieces(pair === undefined ? [text] : [text, pair], options.offsetUnit);
    return assemble(
      { ...options, pieces, template, tokenizer: this },
      truncated(sequences, template, options, this.parts),
    );
  }

  #rows(inputs: readonly TextInput[], options: RaggedOptions, withTypes: boolean): Rows {
    checkArray(
      "encodeBatch",
      "inputs",
      inputs,
      "a text or a pair of texts",
      (input: TextInput) => isText(input) || input?.length === 2,
    );
    const { postProcessor } = this.parts;
    const single = templateFor(postProcessor, false, options);
    const pair = templateFor(postProcessor, true, options);
    const tokens = this.#cleared();
    const splits = new Int32Array(inputs.length + 1);
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i]!;
      if (typeof input === "string") this.#row([input], single, options, withTypes);
      else this.#row(input, pair, options, withTypes);
      splits[i + 1] = tokens.length;
    }
    return { tokens, splits };
  }

  /** Appends the template's tokens and sequences in order, then removes what truncation drops. */
  #row(texts: readonly string[], template: readonly TemplatePart[], options: RaggedOptions, withTypes: boolean): void {
    const tokens = this.#pieces;
    const sequences: PieceRange[] = [];
    for (const part of template) {
      const start = tokens.length;
      if ("sequence" in part) {
        this.#append(texts[part.sequence]!, options.offsets);
        sequences[part.sequence] = { start, end: tokens.length };
      } else tokens.push(part.id, 0, 0);
      if (withTypes) tokens.words.fill(part.typeId, start, tokens.length);
    }
    const kept = truncated(sequences, template, options, this.parts);
    if (kept === sequences) return;
    // From last to first, so that earlier ones do not move.
    for (const part of template.toReversed())
      if ("sequence" in part) {
        const whole = sequences[part.sequence]!;
        const { start, end } = kept[part.sequence]!;
        tokens.remove(end, whole.end);
        tokens.remove(whole.start, start);
      }
  }

  #append(text: string, unit: OffsetUnit | "utf16" | undefined): void {
    checkText("encode", "text", text);
    const pieces = this.#pieces;
    const start = pieces.length;
    this.#pipeline.encode(text, pieces);
    const inUnit = unit && unit !== "utf16" && unit(text);
    if (!inUnit) return;
    const { starts, ends } = pieces;
    for (let i = start; i < pieces.length; i++) {
      starts[i] = inUnit[starts[i]!]!;
      ends[i] = inUnit[ends[i]!]!;
    }
  }

  #cleared(): PieceBuffer {
    // Do not keep the memory of one long text forever.
    if (this.#pieces.ids.length > maxKeptPieces) this.#pieces = new PieceBuffer();
    this.#pieces.length = 0;
    return this.#pieces;
  }
}

/** A text or its words. */
type Sequence = string | readonly string[];
