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
   * Pass padding over wherever one token is looked at alone: less work by about the share of padding, the same vectors
   * of tokens, zeros for padding. In training dropout draws other numbers. A backend that compiles graphs, as the Node
   * one does, compiles up to eight for each shape. Default false.
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
  skipPadding = false,
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
