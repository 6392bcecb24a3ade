import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, number, required, trueOrFalse, wholeNumber, type Rules } from "@bertkit/checks";
import { layerNorm } from "@bertkit/ops";

import { ones, zeros } from "./initializers.ts";
import { parameter } from "./parameter.ts";
import { Rng } from "./rng.ts";

export interface LayerNormOptions {
  readonly size: number;
  /** Added to the variance. Default 1e-12, as in BERT. */
  readonly epsilon?: number;
  /** Whether there is a shift. Default true. */
  readonly useBias?: boolean;
}

const rules: Rules<LayerNormOptions> = {
  size: required(wholeNumber(1)),
  epsilon: number({ from: 0 }),
  useBias: trueOrFalse,
};

/** Layer normalization over the last axis, with scale and shift. */
export class LayerNorm {
  /** float32 [size], initially one */
  readonly gamma: tf.Variable<tf.Rank.R1>;
  /** float32 [size], initially zero */
  readonly beta?: tf.Variable<tf.Rank.R1>;
  readonly epsilon: number;
  readonly size: number;

  constructor(options: LayerNormOptions) {
    checkOptions("LayerNorm", options, rules);
    const { size, epsilon = 1e-12, useBias = true } = options;
    const unused = new Rng(0);
    this.gamma = parameter<tf.Rank.R1>([size], ones, unused);
    if (useBias) this.beta = parameter<tf.Rank.R1>([size], zeros, unused);
    this.epsilon = epsilon;
    this.size = size;
  }

  /** float32 [..., size] → the same shape */
  forward<T extends tf.Tensor>(x: T): T {
    const { gamma, beta, epsilon } = this;
    return beta === undefined
      ? tf.tidy(() => layerNorm(x, gamma, tf.zeros([this.size]), epsilon))
      : layerNorm(x, gamma, beta, epsilon);
  }
}
