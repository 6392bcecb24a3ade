import {
  checkContext,
  checkObject,
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
import { attention, gatherPositions } from "@bertkit/ops";
import { Dense, Dropout, truncatedNormal, type Context, type Rng } from "@bertkit/nn";

import { checkAt } from "./check-encoder.ts";
import type { Layout } from "./layout.ts";
import type { ScoreBias } from "./relative-key-positions.ts";
import type { QueryKeyRotation } from "./rotary-positions.ts";
import { mergeHeads, splitHeads } from "./split-heads.ts";

/** Mixes the vectors of a sequence's tokens: attention or a replacement for it. */
export interface Mixer {
  /** Size of the vectors, if known; compared with the other parts' sizes. */
  readonly size?: number | undefined;
  /** Maximum tokens of a row, padding included. Default: no limit. */
  readonly maxTokens?: number | undefined;
  /**
   * @param hidden float32 [rows, size]; `layout.pad` makes it a batch [batch, tokens, size], `layout.unpad`
   * reverses it
   * @returns output [rows, size]; probabilities [batch, heads, tokens, tokens] if the mixer has any
   */
  forward(hidden: tf.Tensor2D, layout: Layout, context: Context): MixerResult;
  /**
   * Optional: the output of `forward` at some positions only, int32 [batch, count] → float32 [batch · count, size].
   * Without it, all positions are computed.
   */
  forwardAt?(hidden: tf.Tensor2D, positions: tf.Tensor2D, layout: Layout, context: Context): tf.Tensor2D;
}

export interface MixerResult {
  /** float32 [rows, size] */
  readonly output: tf.Tensor2D;
  readonly probabilities?: tf.Tensor4D | undefined;
}

/** A mixer's result with attention probabilities. */
export interface HeadsResult extends MixerResult {
  readonly probabilities: tf.Tensor4D;
}

export interface SelfAttentionOptions {
  readonly size: number;
  readonly heads: number;
  /** Dropout rate of the probabilities. Default 0. */
  readonly dropout?: number;
  /** Standard deviation of initial weights. Default 0.02. */
  readonly initializerRange?: number;
  /** Added to the scores, such as `RelativeKeyPositions`. Default none. */
  readonly positions?: ScoreBias | undefined;
  /** Rotates queries and keys, such as `RotaryPositions`. Default none. */
  readonly rotation?: QueryKeyRotation | undefined;
  /** Local (sliding-window) attention: a token attends to this many tokens on each side. Default: all. */
  readonly window?: number | undefined;
  /** Whether the four dense layers have a bias. Default true. */
  readonly useBias?: boolean;
  readonly rng: Rng;
}

const rules: Rules<SelfAttentionOptions> = {
  size: required(wholeNumber(1)),
  heads: required(wholeNumber(1)),
  dropout: number({ from: 0, below: 1 }),
  initializerRange: number({ from: 0 }),
  positions: object("a ScoreBias"),
  rotation: object("a QueryKeyRotation"),
  window: wholeNumber(),
  useBias: trueOrFalse,
  rng: required(object("an Rng", "random")),
};

/** Multi-head self-attention with output projection (Vaswani et al., 2017, section 3.2.2). */
export class SelfAttention implements Mixer {
  readonly query: Dense;
  readonly key: Dense;
  readonly value: Dense;
  readonly output: Dense;
  readonly positions?: ScoreBias;
  readonly rotation?: QueryKeyRotation;
  readonly window?: number;
  readonly dropout: Dropout;
  readonly heads: number;
  readonly size: number;

  constructor(options: SelfAttentionOptions) {
    checkOptions("SelfAttention", options, rules);
    const {
      size,
      heads,
      dropout = 0,
      initializerRange = 0.02,
      positions,
      rotation,
      window,
      useBias = true,
      rng,
    } = options;
    if (size % heads !== 0) throw new RangeError(`SelfAttention: heads must divide the size ${size}, got ${heads}.`);
    const dense = () =>
      new Dense({ inputSize: size, outputSize: size, rng, initializer: truncatedNormal(initializerRange), useBias });
    this.query = dense();
    this.key = dense();
    this.value = dense();
    this.output = dense();
    if (positions !== undefined) this.positions = positions;
    if (rotation !== undefined) this.rotation = rotation;
    if (window !== undefined) this.window = window;
    this.dropout = new Dropout(dropout);
    this.heads = heads;
    this.size = size;
  }

  get maxTokens(): number | undefined {
    return this.positions?.maxTokens;
  }

  forward(hidden: tf.Tensor2D, layout: Layout, context: Context): HeadsResult {
    const [query, key, value] = [this.query, this.key, this.value].map((dense) => dense.forward(hidden));
    const { output, probabilities } = attendHeads(query!, key!, value!, layout, context, this);
    return { output: this.output.forward(output), probabilities };
  }

  /**
   * Queries are computed at `positions` only. With score biases, rotations, a window or packed sequences, which depend on
   * a query's position, only the output projection is.
   */
  forwardAt(hidden: tf.Tensor2D, positions: tf.Tensor2D, layout: Layout, context: Context): tf.Tensor2D {
    checkAt(hidden, positions, layout, context);
    const at = (x: tf.Tensor2D): tf.Tensor2D => gatherPositions(layout.pad(x, "any"), positions);
    const [key, value] = [this.key.forward(hidden), this.value.forward(hidden)];
    if (this.positions || this.rotation || this.window !== undefined || (layout.mask?.adder.shape[2] ?? 1) !== 1) {
      const { output } = attendHeads(this.query.forward(hidden), key, value, layout, context, this);
      return this.output.forward(at(output));
    }
    const [batch, count] = positions.shape;
    const query = tf.reshape(this.query.forward(at(hidden)), [batch, count, this.size]) as tf.Tensor3D;
    const split = (x: tf.Tensor3D): tf.Tensor4D => splitHeads(x, this.heads);
    const [q, k, v] = [split(query), split(layout.pad(key, "any")), split(layout.pad(value, "any"))];
    const { output } = attention(q, k, v, {
      mask: layout.mask,
      onProbabilities: (probabilities) => this.dropout.forward(probabilities, context),
    });
    return this.output.forward(tf.reshape(mergeHeads(output), [batch * count, this.size]));
  }
}

/** Options of `attendHeads`; a `SelfAttention` fits. */
export interface AttendOptions {
  readonly heads: number;
  readonly positions?: ScoreBias | undefined;
  readonly rotation?: QueryKeyRotation | undefined;
  readonly window?: number | undefined;
  /** Applied to the probabilities. */
  readonly dropout: Dropout;
}

const attendRules: Rules<AttendOptions> = {
  heads: required(wholeNumber(1)),
  positions: object("a ScoreBias"),
  rotation: object("a QueryKeyRotation"),
  window: wholeNumber(),
  dropout: required(object("a Dropout", "forward")),
};

/**
 * Multi-head attention without projections, for mixers that have their own.
 *
 * @param query float32 [rows, size], as are `key` and `value`
 * @param options a mixer with these fields may pass itself
 * @returns output float32 [rows, size], probabilities [batch, heads, tokens, tokens]
 */
export function attendHeads(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  value: tf.Tensor2D,
  layout: Layout,
  context: Context,
  options: AttendOptions,
): HeadsResult {
  checkTensors("attendHeads", { query, key, value });
  checkObject("attendHeads", "layout", layout, "what layoutOf gives", "pad", "unpad");
  checkContext("attendHeads", context);
  checkObject("attendHeads", "options", options, "{ heads, dropout }", "heads", "dropout");
  if (isPlain(options)) checkOptions("attendHeads", options, attendRules);
  const { heads, positions, rotation, window, dropout } = options;
  const split = (x: tf.Tensor2D): tf.Tensor4D => splitHeads(layout.pad(x, "any"), heads);
  const [plainQuery, plainKey, v] = [split(query), split(key), split(value)];
  const [q, k] = rotation === undefined ? [plainQuery, plainKey] : rotation.forward(plainQuery, plainKey);
  const bias = positions?.forward(q, k);
  const far = window === undefined ? undefined : windowBias(layout.tokens, window);
  const { output, probabilities } = attention(q, k, v, {
    mask: layout.mask,
    bias: bias === undefined || far === undefined ? (bias ?? far) : tf.add(bias, far),
    onProbabilities: (probabilities) => dropout.forward(probabilities, context),
  });
  return { output: layout.unpad(mergeHeads(output)), probabilities };
}

/** A plain object, whose fields are all options; an instance of a class may have others. */
function isPlain(options: object): boolean {
  return Object.getPrototypeOf(options) === Object.prototype;
}

/**
 * float32 [1, 1, tokens, tokens]: 0 where key and query are within the window, −10,000 elsewhere, as in an attention
 * mask.
 */
function windowBias(tokens: number, window: number): tf.Tensor4D {
  const positions = tf.range(0, tokens);
  const distances = tf.abs(tf.sub(tf.reshape(positions, [tokens, 1]), positions)); // [tokens, tokens]
  return tf.reshape(tf.mul(tf.cast(tf.greater(distances, window), "float32"), -10_000), [1, 1, tokens, tokens]);
}
