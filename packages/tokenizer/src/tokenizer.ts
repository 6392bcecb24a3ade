import type { AddedToken } from "./added-tokens/added-token.ts";
import { DecodeStream } from "./decoders/decode-stream.ts";
import type { Decoder } from "./decoders/decoder.ts";
import { layOutBatch, batchRowLength } from "./encoding/batch.ts";
import type { BatchEncoding, BatchRow, Templates } from "./encoding/batch.ts";
import { encodeWindows } from "./encoding/encode-windows.ts";
import type { Encoding } from "./encoding/encoding.ts";
import { convertOffsets } from "./encoding/offset-unit.ts";
import type { OffsetUnit } from "./encoding/offset-unit.ts";
import { paddedLength } from "./encoding/padding.ts";
import type { PaddingOptions } from "./encoding/padding.ts";
import { RaggedBuilder } from "./encoding/ragged.ts";
import type { RaggedEncoding } from "./encoding/ragged.ts";
import { truncatedLengths } from "./encoding/truncation.ts";
import type { Truncation } from "./encoding/truncation.ts";
import type { Model } from "./models/model.ts";
import type { Normalizer } from "./normalizers/normalizer.ts";
import { PieceBuffer } from "./pipeline/piece-buffer.ts";
import { Pipeline } from "./pipeline/pipeline.ts";
import type { RunKinds } from "./pipeline/run-kinds.ts";
import { templateFor } from "./post-processors/template.ts";
import type { PostProcessor } from "./post-processors/template.ts";
import type { PreTokenizer } from "./pre-tokenizers/pre-tokenizer.ts";
import type { SpecialTokens } from "./special-tokens.ts";
import { TokenizerError } from "./tokenizer-error.ts";
import type { CharacterDialect } from "./unicode/character-data.ts";
import type { Vocabulary } from "./vocabulary/vocabulary.ts";

/** The parts of a tokenizer; `bertTokenizer` puts BERT's together. */
export interface TokenizerParts {
  readonly vocabulary: Vocabulary;
  readonly special: SpecialTokens;
  readonly lowercase: boolean;
  readonly dialect: CharacterDialect;
  readonly normalizer: Normalizer;
  readonly preTokenizer: PreTokenizer;
  readonly model: Model;
  readonly postProcessor: PostProcessor;
  readonly decoder: Decoder;
  readonly addedTokens: readonly AddedToken[];
  /** Only for BERT's own normaliser and pre-tokenizer: see `bertRunKinds`. */
  readonly runKinds?: RunKinds | undefined;
}

export interface BatchOptions extends PaddingOptions {
  addSpecialTokens?: boolean | undefined;
  /** The most tokens, those put in counted; without it nothing is cut. */
  maxLength?: number | undefined;
  truncation?: Truncation | undefined;
}

export interface RaggedOptions extends Omit<BatchOptions, keyof PaddingOptions> {
  /** Return offsets too, in this unit. */
  offsets?: OffsetUnit | undefined;
}

export interface EncodeOptions extends BatchOptions {
  /** What offsets count; UTF-16 units unless given. */
  offsetUnit?: OffsetUnit | undefined;
  /** Pieces that each overflowing window repeats of the one before it. */
  stride?: number | undefined;
}

export interface DecodeOptions {
  /** True where not given. */
  skipSpecialTokens?: boolean | undefined;
  /** Take the space off before punctuation; the decoder's own choice where not given, true for BERT. */
  cleanUp?: boolean | undefined;
}

export type TextInput = string | readonly [text: string, pair: string];

const mostKeptPieces = 1 << 20; // 16 MB

/** Text to ids and back. */
export class Tokenizer {
  readonly parts: TokenizerParts;
  readonly #pipeline: Pipeline;
  readonly #added: ReadonlyMap<number, AddedToken>;
  readonly #specialIds: ReadonlySet<number>;
  #pieces: PieceBuffer = new PieceBuffer();

  constructor(parts: TokenizerParts) {
    this.parts = parts;
    this.#pipeline = new Pipeline(parts);
    this.#added = new Map(parts.addedTokens.map((token) => [token.id, token]));
    const { padding, unknown, classification, separator, hasMask } = parts.special;
    const mask = hasMask ? [parts.special.mask.id] : [];
    const special = parts.addedTokens.filter((token) => token.special).map((token) => token.id);
    this.#specialIds = new Set([padding.id, unknown.id, classification.id, separator.id, ...mask, ...special]);
  }

  get vocabulary(): Vocabulary {
    return this.parts.vocabulary;
  }

  get special(): SpecialTokens {
    return this.parts.special;
  }

  get lowercase(): boolean {
    return this.parts.lowercase;
  }

  /** The pieces of a text, with no special tokens put around. */
  tokenize(text: string): string[] {
    const pieces = this.#cleared();
    this.#pipeline.encode(text, pieces);
    return Array.from(pieces.ids.subarray(0, pieces.length), (id) => this.token(id));
  }

  /**
   * Encodes a text, or a pair.
   *
   * @throws TokenizerError if maxLength leaves no room for the special tokens, or a strategy cannot reach it.
   */
  encode(text: string, pair?: string, options: EncodeOptions = {}): Encoding {
    return this.#encode(pair === undefined ? [[text]] : [[text], [pair]], false, options);
  }

  /** Encodes text that is already split into words: word ids are places in `words`, offsets are within the word. */
  encodeWords(words: readonly string[], pair?: readonly string[], options: EncodeOptions = {}): Encoding {
    return this.#encode(pair === undefined ? [words] : [words, pair], true, options);
  }

  /** Encodes texts and pairs into three flat arrays; padded to the longest unless told otherwise. */
  encodeBatch(inputs: readonly TextInput[], options: BatchOptions = {}): BatchEncoding {
    const templates = this.#templates(options);
    const pieces = this.#cleared();
    const rows: BatchRow[] = [];
    let longest = 0;
    for (const input of inputs) {
      const row = this.#row(input, templates, options);
      longest = Math.max(longest, batchRowLength(row, row.pair ? templates.pair : templates.single));
      rows.push(row);
    }
    const length = paddedLength(longest, { ...options, padding: options.padding ?? "longest" }, options.maxLength);
    return layOutBatch({
      pieces,
      rows,
      length,
      templates,
      padLeft: options.paddingSide === "left",
      paddingId: this.special.padding.id,
    });
  }

  /** Encodes texts and pairs one after the other into one flat array, without padding: the fastest way to ids. */
  encodeRagged(inputs: readonly TextInput[], options: RaggedOptions = {}): RaggedEncoding {
    const templates = this.#templates(options);
    const { offsets } = options;
    let units = 0;
    for (const input of inputs) units += typeof input === "string" ? input.length : input[0].length + input[1].length;
    const builder = new RaggedBuilder(inputs.length, 4 * inputs.length + (units >> 2), offsets !== undefined);
    for (const input of inputs) {
      const pieces = this.#cleared();
      const row = this.#row(input, templates, options);
      if (offsets !== undefined) {
        convertOffsets(row.pair ? input[0]! : (input as string), offsets, pieces, 0, row.split);
        if (row.pair) convertOffsets(input[1]!, offsets, pieces, row.split, pieces.length);
      }
      builder.add(pieces, row, row.pair ? templates.pair : templates.single);
    }
    return builder.build();
  }

  /** @throws TokenizerError on an id that stands for nothing. */
  decode(ids: ArrayLike<number>, { skipSpecialTokens = true, cleanUp }: DecodeOptions = {}): string {
    const tokens: string[] = [];
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!;
      if (!(skipSpecialTokens && this.isSpecial(id))) tokens.push(this.token(id));
    }
    return this.parts.decoder.decode(tokens, { cleanUp });
  }

  /** Decodes ids one by one as they come. */
  decodeStream({ skipSpecialTokens = true, cleanUp }: DecodeOptions = {}): DecodeStream {
    return new DecodeStream({
      decoder: this.parts.decoder,
      options: { cleanUp },
      token: (id) => (skipSpecialTokens && this.isSpecial(id) ? undefined : this.token(id)),
    });
  }

  /** The token an id stands for, added ones too. @throws TokenizerError if it stands for none. */
  token(id: number): string {
    return this.#added.get(id)?.content ?? this.parts.vocabulary.token(id);
  }

  isSpecial(id: number): boolean {
    return this.#specialIds.has(id);
  }

  #encode(sequences: readonly (readonly string[])[], split: boolean, options: EncodeOptions): Encoding {
    const { addSpecialTokens = true, maxLength, truncation, stride = 0, offsetUnit = "utf16" } = options;
    const { postProcessor, special } = this.parts;
    const template = templateFor(postProcessor, sequences.length === 2, addSpecialTokens);
    const pieces = this.#cleared();
    const ends = sequences.map((texts) => {
      for (let word = 0; word < texts.length; word++) {
        const before = pieces.length;
        this.#pipeline.encode(texts[word]!, pieces);
        if (split) pieces.words.fill(word, before, pieces.length);
        if (offsetUnit !== "utf16") convertOffsets(texts[word]!, offsetUnit, pieces, before, pieces.length);
      }
      return pieces.length;
    });
    const first = ends[0]!;
    const second = sequences.length === 2 ? ends[1]! - first : undefined;
    const kept = this.#kept(first, second, template.length - sequences.length, maxLength, truncation);
    return encodeWindows({
      pieces,
      template,
      lengths: second === undefined ? [first] : [first, second],
      kept,
      stride,
      padding: options,
      maxLength,
      paddingToken: special.padding,
      token: (id) => this.token(id),
    });
  }

  #templates({ addSpecialTokens = true }: BatchOptions): Templates {
    const { postProcessor } = this.parts;
    return {
      single: templateFor(postProcessor, false, addSpecialTokens),
      pair: templateFor(postProcessor, true, addSpecialTokens),
    };
  }

  /** Appends a text's or pair's pieces to the buffer, and says where they lie and how many stay. */
  #row(input: TextInput, templates: Templates, { maxLength, truncation }: BatchOptions): BatchRow {
    const pieces = this.#pieces;
    const pair = typeof input !== "string";
    const start = pieces.length;
    this.#pipeline.encode(pair ? input[0] : input, pieces);
    const split = pieces.length;
    if (pair) this.#pipeline.encode(input[1], pieces);
    const put = (pair ? templates.pair.length : templates.single.length) - (pair ? 2 : 1);
    const second = pair ? pieces.length - split : undefined;
    return { start, split, pair, kept: this.#kept(split - start, second, put, maxLength, truncation) };
  }

  #kept(
    first: number,
    second: number | undefined,
    put: number,
    maxLength: number | undefined,
    truncation: Truncation = "longest_first",
  ): readonly [number, number] {
    if (maxLength === undefined) return [first, second ?? 0];
    return truncatedLengths(first, second, room(maxLength, put), truncation, this.parts.dialect !== "hf-fast");
  }

  #cleared(): PieceBuffer {
    // One long text must not hold its memory for ever.
    if (this.#pieces.ids.length > mostKeptPieces) this.#pieces = new PieceBuffer();
    this.#pieces.length = 0;
    return this.#pieces;
  }
}

function room(maxLength: number, put: number): number {
  if (!Number.isInteger(maxLength) || maxLength < put) {
    throw new TokenizerError(
      "options",
      `encode: maxLength must be a whole number of at least ${put}, the special tokens put in, got ${maxLength}. Raise it, or pass addSpecialTokens: false.`,
    );
  }
  return maxLength - put;
}
