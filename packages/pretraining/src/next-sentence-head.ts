import { checkOptions } from "@bertkit/checks";
import { type Encoder, requirePooler } from "@bertkit/encoder";
import { Dense, type Rng, truncatedNormal } from "@bertkit/nn";
import type * as tf from "@tensorflow/tfjs-core";
import { configFields, nextSentenceHeadRules } from "./option-rules.ts";

/** Scores whether a second segment follows the first: the interface of `NextSentenceHead`. */
export interface NextSentenceScorer {
  /** float32 [batch, size] → logits float32 [batch, 2] */
  forward(pooledOutput: tf.Tensor2D): tf.Tensor2D;
}

/** Options of `NextSentenceHead`. */
export interface NextSentenceHeadOptions {
  readonly encoder: Encoder;
  readonly rng: Rng;
  /** Standard deviation of initial weights. Default 0.02. */
  readonly initializerRange?: number;
}

/**
 * Classifies whether the second segment of a pair follows the first (0) or is random (1), from the pooled [CLS] vector.
 * Source: google-research/bert, `get_next_sentence_output`.
 */
export class NextSentenceHead implements NextSentenceScorer {
  /** [size] → [2] */
  readonly dense: Dense;

  /** @throws if the encoder has no pooler */
  constructor(options: NextSentenceHeadOptions) {
    checkOptions("NextSentenceHead", options, nextSentenceHeadRules, configFields);
    const { encoder, rng, initializerRange = 0.02 } = options;
    requirePooler("NextSentenceHead", encoder);
    this.dense = new Dense({
      inputSize: encoder.hiddenSize,
      outputSize: 2,
      rng,
      initializer: truncatedNormal(initializerRange),
    });
  }

  /** float32 [batch, size] → logits float32 [batch, 2] */
  forward(pooledOutput: tf.Tensor2D): tf.Tensor2D {
    return this.dense.forward(pooledOutput);
  }
}
