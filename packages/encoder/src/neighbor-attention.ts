import { arrayOf, checkObject, checkOptions, number, required, wholeNumber, type Rules } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import type { Dense } from "@bertkit/nn";
import { ownedTensor } from "@bertkit/ops";

import type { Bert } from "./create-bert.ts";
import { SelfAttention } from "./self-attention.ts";

export interface NeighborAttentionOptions {
  /**
   * The relative position that each of the first heads attends to: −1 is the previous token. The other heads keep their
   * initial weights.
   */
  readonly offsets: readonly number[];
  /** Ratio of the root mean squares of position and word embeddings. Default 1. */
  readonly positionScale?: number;
  /** Scale of the position features in queries and keys. Default 1. */
  readonly gain?: number;
}

const rules: Rules<NeighborAttentionOptions> = {
  offsets: required(arrayOf("offsets", wholeNumber(-(2 ** 22), 2 ** 22))),
  positionScale: number({ from: 0 }),
  gain: number(),
};

/**
 * Initializes heads of the first layer to attend to one relative position each, which a small BERT otherwise
 * takes thousands of steps to learn. The architecture does not change, and all weights remain trainable.
 *
 * The embedding of position t becomes √2·r·(sin w₀t, cos w₀t, sin w₁t, …) with root mean square r and frequencies
 * spread evenly over (0, π), so that the product of two embeddings is large only if the positions are equal. A head's
 * key copies some of these pairs, and its query the same pairs rotated by the head's offset. This is a mimetic
 * initialization (Trockman & Kolter, 2023, "Mimetic Initialization of Self-Attention Layers") by rotating sinusoids
 * (Vaswani et al., 2017, section 3.5).
 *
 * @throws Error if positions are not absolute
 * @throws RangeError if there are no offsets or more than heads, if a head's size is odd, or if position embeddings are
 *   of another size than the encoder
 */
export function startWithNeighborAttention(encoder: Bert, options: NeighborAttentionOptions): void {
  checkOptions("startWithNeighborAttention", options, rules);
  const { offsets, positionScale = 1, gain = 1 } = options;
  checkObject("startWithNeighborAttention", "encoder", encoder, "a BERT encoder", "embeddings", "layers");
  const table = encoder.embeddings.position?.table;
  const attention = encoder.layers[0]?.attention;
  if (table === undefined || !(attention instanceof SelfAttention))
    throw new Error(
      'startWithNeighborAttention: needs position embeddings and a first layer of self-attention. Build the encoder with positionEmbedding "absolute".',
    );
  const { heads, query, key } = attention;
  if (offsets.length === 0)
    throw new RangeError(
      "startWithNeighborAttention: there are no offsets, so nothing would change. Pass some, such as [-1, 1].",
    );
  if (offsets.length > heads)
    throw new RangeError(
      `startWithNeighborAttention: needs at most one offset per head, got ${offsets.length} for ${heads} heads. Pass fewer offsets.`,
    );
  const [positions, size] = table.shape;
  if (size !== encoder.hiddenSize)
    throw new RangeError(
      `startWithNeighborAttention: position embeddings must have the encoder's size ${encoder.hiddenSize}, got ${size}. Build the embeddings without embeddingSize.`,
    );
  const headSize = size / heads;
  if (headSize % 2 !== 0)
    throw new RangeError(
      `startWithNeighborAttention: heads must have an even size, for pairs of sine and cosine, got ${headSize}. Choose another hiddenSize or attentionHeads.`,
    );
  const frequencies = Array.from({ length: size / 2 }, (_, i) => (Math.PI * (i + 0.5)) / (size / 2));
  const rootMeanSquare = positionScale * rootMeanSquareOf(encoder.embeddings.word.table);
  assign(table, sinusoids(positions, frequencies, rootMeanSquare));
  const [queries, keys] = [valuesOf(query), valuesOf(key)];
  offsets.forEach((offset, head) => {
    for (let pair = 0; pair < headSize / 2; pair++) {
      const source = Math.floor(((pair + 0.5) * frequencies.length * 2) / headSize);
      const place = { size, row: 2 * source, column: head * headSize + 2 * pair };
      setPair(keys, place, 0, gain);
      setPair(queries, place, frequencies[source]! * offset, gain);
    }
  });
  assign(query.kernel, queries);
  assign(key.kernel, keys);
}

interface PairPlace {
  size: number;
  row: number;
  column: number;
}

/** Sets two columns of a kernel [size, size] to output one input pair, rotated by an angle. */
function setPair(kernel: Float32Array, { size, row, column }: PairPlace, angle: number, gain: number): void {
  for (let i = 0; i < size; i++) kernel.fill(0, i * size + column, i * size + column + 2);
  const [cosine, sine] = [gain * Math.cos(angle), gain * Math.sin(angle)];
  kernel[row * size + column] = cosine; // sin(x + angle) = sin x · cos angle + cos x · sin angle
  kernel[(row + 1) * size + column] = sine;
  kernel[row * size + column + 1] = -sine; // cos(x + angle) = cos x · cos angle − sin x · sin angle
  kernel[(row + 1) * size + column + 1] = cosine;
}

function sinusoids(positions: number, frequencies: readonly number[], rootMeanSquare: number): Float32Array {
  const values = new Float32Array(positions * frequencies.length * 2);
  for (let t = 0, at = 0; t < positions; t++) {
    for (const frequency of frequencies) {
      values[at++] = Math.SQRT2 * rootMeanSquare * Math.sin(frequency * t);
      values[at++] = Math.SQRT2 * rootMeanSquare * Math.cos(frequency * t);
    }
  }
  return values;
}

function rootMeanSquareOf(table: tf.Tensor): number {
  return tf.tidy(() => Math.sqrt(tf.mean(tf.square(table)).dataSync()[0]!));
}

function valuesOf({ kernel }: Dense): Float32Array {
  return Float32Array.from(kernel.dataSync());
}

function assign(variable: tf.Variable, values: Float32Array): void {
  tf.tidy(() => variable.assign(ownedTensor(values, variable.shape)));
}
