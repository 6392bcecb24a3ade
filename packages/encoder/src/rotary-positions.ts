import { checkOptions, checkTensors, number, required, wholeNumber, type Rules } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

/** Rotates queries and keys by their positions, before their product. */
export interface QueryKeyRotation {
  /** float32 [batch, heads, tokens, headSize] each → the same shapes */
  forward(query: tf.Tensor4D, key: tf.Tensor4D): [query: tf.Tensor4D, key: tf.Tensor4D];
}

export interface RotaryPositionsOptions {
  /** Even. */
  readonly headSize: number;
  /** Base of the wavelengths, which range from 2π to about 2π · base tokens. Default 10,000. */
  readonly base?: number;
}

const rules: Rules<RotaryPositionsOptions> = { headSize: required(wholeNumber(2)), base: number({ above: 0 }) };

/**
 * Rotary position embeddings: rotates elements i and i + headSize / 2 of each query and key at position t by the
 * angle t / base^(2i / headSize), so that their products depend on distances. Has no weights; works for any length.
 * Source: Su et al., 2021, "RoFormer"; pairs as in Hugging Face's `rotate_half`.
 */
export class RotaryPositions implements QueryKeyRotation {
  readonly headSize: number;
  readonly base: number;

  constructor(options: RotaryPositionsOptions) {
    checkOptions("RotaryPositions", options, rules);
    const { headSize, base = 10_000 } = options;
    if (headSize % 2 !== 0) throw new RangeError(`RotaryPositions: headSize must be an even number, got ${headSize}.`);
    this.headSize = headSize;
    this.base = base;
  }

  forward(query: tf.Tensor4D, key: tf.Tensor4D): [query: tf.Tensor4D, key: tf.Tensor4D] {
    checkTensors("RotaryPositions.forward", { query, key });
    const { headSize } = this;
    const [, , tokens, size] = query.shape;
    if (size !== headSize)
      throw new RangeError(
        `RotaryPositions: needs heads of size ${headSize}, got ${size}. Create it with headSize = size / heads.`,
      );
    const angles = anglesOf(this, tokens);
    const [cosines, sines] = [Math.cos, Math.sin].map((of) => tf.tensor4d(angles.map(of), [1, 1, tokens, headSize]));
    const rotated = (x: tf.Tensor4D): tf.Tensor4D => tf.add(tf.mul(x, cosines!), tf.mul(swapHalves(x), sines!));
    return [rotated(query), rotated(key)];
  }
}

/** Angles in radians, [tokens · headSize] */
function anglesOf({ headSize, base }: RotaryPositions, tokens: number): Float32Array {
  const half = headSize / 2;
  const rates = Float32Array.from({ length: half }, (_, i) => base ** (-i / half));
  return Float32Array.from({ length: tokens * headSize }, (_, at) => Math.floor(at / headSize) * rates[at % half]!);
}

/** [a, b] → [−b, a] */
function swapHalves(x: tf.Tensor4D): tf.Tensor4D {
  const [first, second] = tf.split(x, 2, -1) as [tf.Tensor4D, tf.Tensor4D];
  return tf.concat([tf.neg(second), first], -1);
}
