import { checkOptions, number, object, required, wholeNumber, type Rules } from "@bertkit/checks";
import type * as tf from "@tensorflow/tfjs-core";
import { Dense, truncatedNormal, type Rng } from "@bertkit/nn";

import { activationOf, activationRule, type ActivationFunction } from "./activation.ts";
import type { Activation } from "./bert-config.ts";

export interface FeedForwardOptions {
  readonly size: number;
  readonly intermediateSize: number;
  /** A name, or a function. Default "gelu". */
  readonly activation?: Activation | ActivationFunction;
  /** Standard deviation of initial weights. Default 0.02. */
  readonly initializerRange?: number;
  readonly rng: Rng;
}

const rules: Rules<FeedForwardOptions> = {
  size: required(wholeNumber(1)),
  intermediateSize: required(wholeNumber(1)),
  activation: activationRule,
  initializerRange: number({ from: 0 }),
  rng: required(object("an Rng", "random")),
};

/** Two dense layers with an activation in between, applied to every token (Vaswani et al., 2017, section 3.3). */
export class FeedForward {
  readonly expand: Dense;
  readonly contract: Dense;
  readonly activation: Activation | ActivationFunction;
  readonly size: number;

  constructor(options: FeedForwardOptions) {
    checkOptions("FeedForward", options, rules);
    const { size, intermediateSize, activation = "gelu", initializerRange = 0.02, rng } = options;
    const initializer = truncatedNormal(initializerRange);
    this.expand = new Dense({ inputSize: size, outputSize: intermediateSize, rng, initializer });
    this.contract = new Dense({ inputSize: intermediateSize, outputSize: size, rng, initializer });
    this.activation = activation;
    this.size = size;
  }

  /** float32 [..., size] → [..., size] */
  forward<T extends tf.Tensor>(x: T): T {
    return this.contract.forward(activationOf(this.activation)(this.expand.forward(x)));
  }
}
