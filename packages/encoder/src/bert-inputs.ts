import { checkArray, checkObject, checkValue, shown, trueOrFalse } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import type { EncoderInputs } from "./encoder.ts";
import { tokenRows } from "./token-rows.ts";

/** An encoded batch in typed arrays, row-major: the result of a tokenizer's `encodeBatch`, with an option. */
export interface EncodedBatch {
  readonly inputIds: Int32Array;
  /** 1 for tokens, 0 for padding */
  readonly attentionMask: Int32Array;
  readonly tokenTypeIds: Int32Array;
  /** For rows with several sequences, each of which only attends to itself: 1, 2, … for tokens, 0 for padding. */
  readonly sequenceIds?: Int32Array | undefined;
  /** Each token's position in its sequence; required with `sequenceIds`. */
  readonly positionIds?: Int32Array | undefined;
  /** [batch, tokens] */
  readonly shape: readonly [number, number];
  /**
   * Skip padding in token-wise layers: the vectors of tokens are the same, those of padding are zeros. Default true;
   * it takes effect if at least an eighth of the batch is padding and every row begins with a token. With false, padding is computed like tokens, as in
   * Hugging Face: dropout then also draws numbers for padding, and a backend that compiles graphs, such as the Node
   * backend, compiles one per shape instead of up to eight.
   */
  readonly skipPadding?: boolean;
}

/**
 * Creates the tensors of an encoded batch, int32 [batch, tokens]. Without padding there is no mask tensor, which
 * saves work. Call it in `tf.tidy`, or dispose the tensors.
 *
 * @throws TypeError or RangeError for a field of another kind, or a mask with other values than 0 and 1
 */
export function bertInputs(encoded: EncodedBatch): EncoderInputs {
  checkObject("bertInputs", "encoded", encoded, "a result of encodeBatch");
  const { inputIds, attentionMask, tokenTypeIds, sequenceIds, positionIds, shape, skipPadding = true } = encoded;
  checkArray("bertInputs", "shape", shape, "two sizes");
  for (const [name, ids] of Object.entries({ inputIds, attentionMask, tokenTypeIds }))
    checkArray("bertInputs", name, ids, "numbers");
  if (sequenceIds !== undefined && positionIds === undefined)
    throw new TypeError(
      "bertInputs: sequenceIds need positionIds, each token's position in its sequence, got none. Pass both, as pretrainingBatch gives them.",
    );
  for (const [name, ids] of Object.entries({ sequenceIds, positionIds }))
    if (ids !== undefined) checkArray("bertInputs", name, ids, "numbers");
  const other = attentionMask.find((value) => value !== 0 && value !== 1);
  if (other !== undefined)
    throw new RangeError(
      `bertInputs: attentionMask must be 1 for tokens and 0 for padding, got ${shown(other)}. Pass the numbers of packed sequences as sequenceIds.`,
    );
  checkValue("bertInputs", "skipPadding", skipPadding, trueOrFalse, "Leave it out for true.");
  const [batch, tokens] = shape;
  const tensor = (values: Int32Array) => tf.tensor2d(values, [batch, tokens], "int32");
  const padded = attentionMask.includes(0);
  const rows = padded && skipPadding ? tokenRows(attentionMask, shape) : undefined;
  return {
    inputIds: tensor(inputIds),
    tokenTypeIds: tensor(tokenTypeIds),
    ...(padded ? { attentionMask: tensor(attentionMask) } : {}),
    ...(rows && { tokenRows: rows }),
    ...(sequenceIds && { sequenceIds: tensor(sequenceIds) }),
    ...(positionIds && { positionIds: tensor(positionIds) }),
  };
}
