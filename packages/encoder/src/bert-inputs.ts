import * as tf from "@tensorflow/tfjs-core";

import type { EncoderInputs } from "./encoder.ts";
import { tokenRows } from "./token-rows.ts";

/** An encoded batch in plain typed arrays, row by row, as a tokenizer's `encodeBatch` gives it. */
export interface EncodedBatch {
  inputIds: Int32Array;
  /** 1 for tokens, 0 for padding */
  attentionMask: Int32Array;
  tokenTypeIds: Int32Array;
  /** [batch, tokens] */
  shape: readonly [number, number];
  /**
   * Leave padding out wherever one token is looked at alone: the same vectors of tokens for less work, zeros for padding.
   * Default true, for a batch with at least an eighth of padding. False computes padding like tokens, as Hugging Face does:
   * dropout then draws for it too, and a backend that compiles graphs, as the Node one does, compiles one for a shape
   * instead of up to eight.
   */
  skipPadding?: boolean;
}

/**
 * The tensors of an encoded batch, int32 [batch, tokens]. A mask without padding is left out, which spares
 * the encoder its additions. Made in a tidy, they go with it; else dispose them.
 */
export function bertInputs({
  inputIds,
  attentionMask,
  tokenTypeIds,
  shape,
  skipPadding = true,
}: EncodedBatch): EncoderInputs {
  const [batch, tokens] = shape;
  const tensor = (values: Int32Array) => tf.tensor2d(values, [batch, tokens], "int32");
  const padded = attentionMask.includes(0);
  const rows = padded && skipPadding ? tokenRows(attentionMask, shape) : undefined;
  return {
    inputIds: tensor(inputIds),
    tokenTypeIds: tensor(tokenTypeIds),
    ...(padded ? { attentionMask: tensor(attentionMask) } : {}),
    ...(rows && { tokenRows: rows }),
  };
}
