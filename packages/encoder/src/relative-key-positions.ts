import {
  checkOptions,
  checkTensors,
  number,
  object,
  required,
  trueOrFalse,
  wholeNumber,
  type Rules,
} from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { Embedding, truncatedNormal, type Rng } from "@bertkit/nn";

/** A bias added to the attention scores before the softmax, such as relative positions. */
export interface ScoreBias {
  /** Maximum tokens of a row, padding included. Default: no limit. */
  readonly maxTokens?: number | undefined;
  /**
   * @param query float32 [batch, heads, tokens, headSize], as is `key`
   * @returns float32 [batch, heads, queries, keys]
   */
  forward(query: tf.Tensor4D, key: tf.Tensor4D): tf.Tensor4D;
}

export interface RelativeKeyPositionsOptions {
  readonly headSize: number;
  /** Longest sequence in tokens; distances are less than this. */
  readonly maxPositionEmbeddings: number;
  /** Also add the keys' products with the distances, as in `relative_key_query`. Default false. */
  readonly fromKeys?: boolean;
  /** Standard deviation of initial vectors. Default 0.02. */
  readonly initializerRange?: number;
  readonly rng: Rng;
}

const rules: Rules<RelativeKeyPositionsOptions> = {
  headSize: required(wholeNumber(1)),
  maxPositionEmbeddings: required(wholeNumber(1)),
  fromKeys: trueOrFalse,
  initializerRange: number({ from: 0 }),
  rng: required(object("an Rng", "random")),
};

/**
 * One vector per distance between two tokens, shared by all heads. The score of query l and key r is increased by
 * q_l · a_{l−r} / √headSize, and with `fromKeys` also by k_r · a_{l−r} / √headSize.
 * Source: Shaw et al., 2018, equation 5; Huang et al., 2020, equation 15; Hugging Face transformers 4,
 * `position_embedding_type`.
 */
export class RelativeKeyPositions implements ScoreBias {
  /** [2 · maxPositionEmbeddings − 1, headSize], from distance −(maxPositionEmbeddings − 1) */
  readonly distance: Embedding;
  readonly fromKeys: boolean;

  constructor(options: RelativeKeyPositionsOptions) {
    checkOptions("RelativeKeyPositions", options, rules);
    const { headSize, maxPositionEmbeddings, fromKeys = false, initializerRange = 0.02, rng } = options;
    const initializer = truncatedNormal(initializerRange);
    this.distance = new Embedding({ count: 2 * maxPositionEmbeddings - 1, size: headSize, rng, initializer });
    this.fromKeys = fromKeys;
  }

  get maxTokens(): number {
    return (this.distance.table.shape[0] + 1) / 2;
  }

  /** @throws RangeError if there are more than `maxPositionEmbeddings` tokens */
  forward(query: tf.Tensor4D, key: tf.Tensor4D): tf.Tensor4D {
    checkTensors("RelativeKeyPositions.forward", { query, key });
    const [, , tokens, headSize] = query.shape;
    const longest = this.maxTokens;
    if (tokens > longest) {
      throw new RangeError(
        `RelativeKeyPositions: ${tokens} tokens, padding included, exceed maxPositionEmbeddings ${longest}. Truncate and pad to at most ${longest}, for example with the option maxLength: ${longest}.`,
      );
    }
    const near = tf.slice(this.distance.table, [longest - tokens, 0], [2 * tokens - 1, headSize]); // from 1 − tokens on
    const scale = 1 / Math.sqrt(headSize);
    const fromQueries = alignRows(tf.mul(query, scale) as tf.Tensor4D, tf.reverse(near, 0)); // row l, column r: a_{l−r}
    if (!this.fromKeys) return fromQueries;
    const fromKeys = alignRows(tf.mul(key, scale) as tf.Tensor4D, near); // row r, column l: a_{l−r}
    return tf.add(fromQueries, tf.transpose(fromKeys, [0, 1, 3, 2]));
  }
}

/**
 * Element [i, j] of the result is x_i · vectors_{tokens − 1 − i + j}. Computes the products with all vectors, then
 * shifts each row by one more than the previous row through a reshape: the "skew" of Music Transformer (Huang et al.,
 * 2018).
 *
 * @param x float32 [batch, heads, tokens, headSize]
 * @param vectors float32 [2 · tokens − 1, headSize]
 * @returns float32 [batch, heads, tokens, tokens]
 */
function alignRows(x: tf.Tensor4D, vectors: tf.Tensor2D): tf.Tensor4D {
  const [batch, heads, tokens, headSize] = x.shape;
  const rows = tf.reshape(x, [batch * heads * tokens, headSize]) as tf.Tensor2D;
  const products = tf.matMul(rows, vectors, false, true); // [batch · heads · tokens, 2 · tokens − 1]
  if (tokens === 1) return tf.reshape(products, [batch, heads, 1, 1]);
  const flat = tf.reshape(products, [batch * heads, tokens * (2 * tokens - 1)]);
  const shifted = tf.slice(flat, [0, tokens - 1], [batch * heads, tokens * (2 * tokens - 2)]);
  const shorter = tf.reshape(shifted, [batch * heads, tokens, 2 * tokens - 2]) as tf.Tensor3D;
  return tf.reshape(tf.slice(shorter, [0, 0, 0], [batch * heads, tokens, tokens]), [batch, heads, tokens, tokens]);
}
