import { checkOptions, number, object, required, trueOrFalse, wholeNumber, type Rules } from "@bertkit/checks";
import { Dense, truncatedNormal, type Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

import { activationOf, activationRule, type ActivationFunction } from "./activation.ts";
import type { Activation } from "./bert-config.ts";
import type { TokenWise } from "./token-wise.ts";

export interface GatedFeedForwardOptions {
  readonly size: number;
  /** Size of each half of the inner vector: one half is activated, and the other multiplies it. */
  readonly intermediateSize: number;
  /** "gelu" gives GeGLU, "silu" SwiGLU; or a function. Default "gelu". */
  readonly activation?: Activation | ActivationFunction;
  /** Default true. */
  readonly useBias?: boolean;
  /** Standard deviation of initial weights. Default 0.02. */
  readonly initializerRange?: number;
  readonly rng: Rng;
}

const rules: Rules<GatedFeedForwardOptions> = {
  size: required(wholeNumber(1)),
  intermediateSize: required(wholeNumber(1)),
  activation: activationRule,
  useBias: trueOrFalse,
  initializerRange: number({ from: 0 }),
  rng: required(object("an Rng", "random")),
};

/**
 * Gated feed-forward: contract(activation(a) · b) with [a, b] = expand(x) (Shazeer, 2020, "GLU Variants Improve
 * Transformer").
 */
export class GatedFeedForward implements TokenWise {
  /** [size] → [2 · intermediateSize]; the first half is activated */
  readonly expand: Dense;
  readonly contract: Dense;
  readonly activation: Activation | ActivationFunction;
  readonly size: number;

  constructor(options: GatedFeedForwardOptions) {
    checkOptions("GatedFeedForward", options, rules);
    const { size, intermediateSize, activation = "gelu", useBias = true, initializerRange = 0.02, rng } = options;
    const initializer = truncatedNormal(initializerRange);
    this.expand = new Dense({ inputSize: size, outputSize: 2 * intermediateSize, rng, initializer, useBias });
    this.contract = new Dense({ inputSize: intermediateSize, outputSize: size, rng, initializer, useBias });
    this.activation = activation;
    this.size = size;
  }

  /** float32 [..., size] → [..., size] */
  forward<T extends tf.Tensor>(x: T): T {
    const [activated, gate] = tf.split(this.expand.forward(x), 2, -1) as [T, T];
    return this.contract.forward(tf.mul(activationOf(this.activation)(activated), gate));
  }
}
