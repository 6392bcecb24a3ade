import * as tokenizers from "@bertkit/tokenizer";
import {
  tokenizerConfigToJson,
  tokenizerFromFiles,
  tokenizerFromJson,
  tokenizerToJson,
} from "@bertkit/tokenizer/files";
import { encodeInParallel, EncoderPool } from "@bertkit/tokenizer/parallel";
import { DecodeStream } from "@bertkit/tokenizer/parts";
import { trainWordPiece } from "@bertkit/tokenizer/training";
import { encodeWindows } from "@bertkit/tokenizer/windows";
import type { Calls } from "../call.ts";
import { text, tokenizer, vocabulary } from "../fixtures.ts";

/** A worker that never answers. The pool checks its options before it sends anything. */
const silentWorker = (): never =>
  ({ postMessage: () => {}, terminate: () => {}, addEventListener: () => {} }) as unknown as never;

async function encodeInPool(options: never): Promise<unknown> {
  const pool = await EncoderPool.start(tokenizer, { workers: 1, createWorker: silentWorker });
  try {
    return await pool.encodeRagged([text], options);
  } finally {
    pool.close();
  }
}

export const tokenizerCalls: Calls = {
  "@bertkit/tokenizer: bertTokenizer(options)": {
    call: (options) => tokenizers.bertTokenizer(options),
    required: () => ({ vocabulary }),
  },
  "@bertkit/tokenizer: Tokenizer.encode(options)": {
    call: (options) => tokenizer.encode(text, undefined, options).ids,
  },
  "@bertkit/tokenizer: Tokenizer.encodeWords(options)": {
    call: (options) => tokenizer.encodeWords(["the"], undefined, options).ids,
  },
  "@bertkit/tokenizer: Tokenizer.encodeBatch(options)": { call: (options) => tokenizer.encodeBatch([text], options) },
  "@bertkit/tokenizer: Tokenizer.encodeRagged(options)": { call: (options) => tokenizer.encodeRagged([text], options) },
  "@bertkit/tokenizer: Tokenizer.decode(options)": { call: (options) => tokenizer.decode([5], options) },
  "@bertkit/tokenizer: new BertNormalizer(options)": { call: (options) => new tokenizers.BertNormalizer(options) },
  "@bertkit/tokenizer: new BertPreTokenizer(options)": { call: (options) => new tokenizers.BertPreTokenizer(options) },
  "@bertkit/tokenizer: new WordPiece(options)": {
    call: (options) => new tokenizers.WordPiece(options),
    required: () => ({ vocabulary }),
  },
  "@bertkit/tokenizer: new WordPieceDecoder(options)": { call: (options) => new tokenizers.WordPieceDecoder(options) },
  "@bertkit/tokenizer: WordPieceDecoder.decode(options)": {
    call: (options) => new tokenizers.WordPieceDecoder().decode(["a"], options),
  },
  "@bertkit/tokenizer: WordPieceDecoder.decodeToken(options)": {
    call: (options) => new tokenizers.WordPieceDecoder().decodeToken("a", true, options),
  },
  "@bertkit/tokenizer/windows: encodeWindows(options)": {
    call: (options) => encodeWindows(tokenizer, text, undefined, options).map(({ ids }) => ids),
    required: () => ({ maxLength: 8 }),
  },
  "@bertkit/tokenizer/parts: new DecodeStream(options)": {
    call: (options) => new DecodeStream(tokenizer, options).push(5),
  },
  "@bertkit/tokenizer/files: tokenizerFromJson(overrides)": {
    call: (options) => tokenizerFromJson(tokenizerToJson(tokenizer), options),
  },
  "@bertkit/tokenizer/files: tokenizerConfigToJson(options)": {
    call: (options) => tokenizerConfigToJson(tokenizer, options),
  },
  "@bertkit/tokenizer/files: tokenizerFromFiles(files)": {
    call: (options) => tokenizerFromFiles(options),
    required: () => ({ vocab: `${vocabulary.tokens.join("\n")}\n` }),
  },
  "@bertkit/tokenizer/training: trainWordPiece(options)": {
    call: (options) => trainWordPiece([text], options),
    required: () => ({ vocabularySize: 40 }),
  },
  "@bertkit/tokenizer/parallel: encodeInParallel(options)": {
    call: (options) => encodeInParallel(tokenizer, [text], options),
    required: () => ({ createWorker: silentWorker }),
    invalidOnly: "it starts workers",
  },
  "@bertkit/tokenizer/parallel: EncoderPool.encodeRagged(options)": {
    call: encodeInPool,
    invalidOnly: "it waits for a worker",
  },
  "@bertkit/tokenizer/parallel: EncoderPool.start(options)": {
    call: (options) => EncoderPool.start(tokenizer, options),
    required: () => ({ createWorker: silentWorker }),
    invalidOnly: "it starts workers",
  },
  "@bertkit/tokenizer: padBatch(options)": {
    call: (options) => tokenizers.padBatch([{ ids: Int32Array.of(5), tokenTypeIds: new Int32Array(1) }], options),
  },
};
