import * as tf from "@tensorflow/tfjs-core";

/** Where the tokens of a padded batch are: what looks at one token at a time then passes padding over. */
export interface TokenRows {
  /** The place of each row's token in [batch · tokens], int32 [rows]; the last few may repeat place 0. */
  readonly places: tf.Tensor1D;
  /** The row of each place, 0 for padding, int32 [batch · tokens]. */
  readonly rows: tf.Tensor1D;
  /** [batch, tokens] */
  readonly shape: readonly [number, number];
}

/** Of a batch there are this many counts of rows, not hundreds: a backend may compile for each. */
const counts = 8;

/**
 * The tokens of a batch by its mask, 1 for tokens and 0 for padding; undefined where there is too little padding to gain
 * by passing it over.
 */
export function tokenRows(attentionMask: Int32Array, shape: readonly [number, number]): TokenRows | undefined {
  const { length } = attentionMask;
  const step = Math.ceil(length / counts);
  const rows = new Int32Array(length);
  let tokens = 0;
  for (let place = 0; place < length; place++) if (attentionMask[place] !== 0) rows[place] = tokens++;
  const count = Math.max(1, Math.ceil(tokens / step)) * step;
  if (count >= length) return undefined;
  const places = new Int32Array(count);
  for (let place = 0; place < length; place++) if (attentionMask[place] !== 0) places[rows[place]!] = place;
  return { places: tf.tensor1d(places, "int32"), rows: tf.tensor1d(rows, "int32"), shape };
}
