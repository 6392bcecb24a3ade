import type * as tf from "@tensorflow/tfjs-core";
import { layerNorm } from "@bertkit/ops";

import { ones, zeros } from "./initializers.ts";
import { parameter } from "./parameter.ts";
import { Rng } from "./rng.ts";

export interface LayerNormOptions {
  readonly size: number;
  /** Added to the variance. Default 1e-12, as in BERT. */
  readonly epsilon?: number;
}

/** Layer normalization over the last axis, with scale and shift. */
export class LayerNorm {
  /** float32 [size], initially one */
  readonly gamma: tf.Variable<tf.Rank.R1>;
  /** float32 [size], initially zero */
  readonly beta: tf.Variable<tf.Rank.R1>;
  readonly epsilon: number;

  constructor({ size, epsilon = 1e-12 }: LayerNormOptions) {
    const unused = new Rng(0);
    this.gamma = parameter<tf.Rank.R1>([size], ones, unused);
    this.beta = parameter<tf.Rank.R1>([size], zeros, unused);
    this.epsilon = epsilon;
  }

  /** float32 [..., size] → the same shape */
  forward<T extends tf.Tensor>(x: T): T {
    return layerNorm(x, this.gamma, this.beta, this.epsilon);
  }
}
