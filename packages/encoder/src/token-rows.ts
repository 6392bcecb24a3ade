import * as tf from "@tensorflow/tfjs-core";

/** The positions of tokens in a padded batch, with which token-wise layers skip padding. */
export interface TokenRows {
  /** The position of each row's token in [batch · tokens], int32 [rows]; the last rows may repeat position 0. */
  readonly positions: tf.Tensor1D;
  /** The row of each position, 0 for padding, int32 [batch · tokens]. */
  readonly rows: tf.Tensor1D;
  /** [batch, tokens] */
  readonly shape: readonly [number, number];
}

/** Row counts are rounded up to one of this many, because a backend may compile a graph for each. */
const counts = 8;

/**
 * Finds the tokens of a batch in its attention mask. Undefined if there is too little padding for skipping it to be
 * faster, or if a row begins with padding, as one without tokens: poolers read its first vector, which must be computed.
 */
export function tokenRows(attentionMask: Int32Array, shape: readonly [number, number]): TokenRows | undefined {
  const { length } = attentionMask;
  const step = Math.ceil(length / counts);
  const rows = new Int32Array(length);
  let tokens = 0;
  for (let position = 0; position < length; position++) {
    if (attentionMask[position] !== 0) rows[position] = tokens++;
    else if (position % shape[1] === 0) return undefined;
  }
  const count = Math.ceil(tokens / step) * step;
  if (count >= length) return undefined;
  const positions = new Int32Array(count);
  for (let position = 0; position < length; position++)
    if (attentionMask[position] !== 0) positions[rows[position]!] = position;
  return { positions: tf.tensor1d(positions, "int32"), rows: tf.tensor1d(rows, "int32"), shape };
}
