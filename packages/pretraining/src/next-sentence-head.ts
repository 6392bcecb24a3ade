import type { Encoder } from "@bertkit/encoder";
import { Dense, type Rng, truncatedNormal } from "@bertkit/nn";
import type * as tf from "@tensorflow/tfjs-core";

/** Options of `NextSentenceHead`. */
export interface NextSentenceHeadOptions {
  readonly encoder: Encoder;
  readonly rng: Rng;
  /** Standard deviation of new weights. Default 0.02. */
  readonly initializerRange?: number;
}

/**
 * Says of a pair whether its second segment follows the first (0) or is random (1), from the pooled [CLS] vector.
 * Source: google-research/bert, `get_next_sentence_output`.
 */
export class NextSentenceHead {
  /** [h] → [2] */
  readonly dense: Dense;

  constructor({ encoder, rng, initializerRange = 0.02 }: NextSentenceHeadOptions) {
    this.dense = new Dense({
      inputSize: encoder.hiddenSize,
      outputSize: 2,
      rng,
      initializer: truncatedNormal(initializerRange),
    });
  }

  /** float32 [b, h] → logits float32 [b, 2] */
  forward(pooledOutput: tf.Tensor2D): tf.Tensor2D {
    return this.dense.forward(pooledOutput);
  }
}
