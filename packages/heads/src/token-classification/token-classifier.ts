import { checkContext, checkOptions, type Rules } from "@bertkit/checks";
import type { Encoder, EncoderInputs } from "@bertkit/encoder";
import { type Context, Dense, Dropout, inference, type Rng, truncatedNormal } from "@bertkit/nn";
import { checkBatch } from "../check-arguments.ts";
import * as tf from "@tensorflow/tfjs-core";
import { checkLabels } from "../check-labels.ts";
import { checkClassLoss, type ClassLossOptions, softmaxClassLoss } from "../class-loss.ts";
import { divideOrZero } from "../divide-or-zero.ts";
import { configFields, tokenClassifierRules } from "../option-rules.ts";
import type { ClassifierLoss } from "../classifier-loss.ts";
import { type TokenBatch, tokenTensors, type TokenTensors } from "./token-batch.ts";

/** Options of `TokenClassifier`. */
export interface TokenClassifierOptions<E extends Encoder = Encoder> {
  /** A pooler is not used. */
  readonly encoder: E;
  /** One name per output, such as O, B-PER, I-PER. */
  readonly labels: readonly string[];
  /** Class weights, label smoothing, focal loss. Default plain cross-entropy. */
  readonly classLoss?: ClassLossOptions;
  /** Dropout rate of token vectors. Default 0.1. */
  readonly dropout?: number;
  readonly rng: Rng;
  /** Standard deviation of initial weights. Default 0.02. */
  readonly initializerRange?: number;
}

/**
 * Classifies every token: dropout and a dense layer over the last hidden states. Source: BERT paper, section 5.3,
 * without its document context.
 */
export class TokenClassifier<E extends Encoder = Encoder> {
  readonly encoder: E;
  readonly dropout: Dropout;
  /** [size] → [labels] */
  readonly dense: Dense;
  readonly labels: readonly string[];
  readonly classLoss: ClassLossOptions;

  constructor(options: TokenClassifierOptions<E>) {
    checkOptions("TokenClassifier", options, tokenClassifierRules as Rules<TokenClassifierOptions<E>>, configFields);
    const { encoder, labels, classLoss = {}, dropout = 0.1, rng, initializerRange = 0.02 } = options;
    checkLabels("TokenClassifier", labels);
    checkClassLoss("TokenClassifier", classLoss, labels.length);
    this.encoder = encoder;
    this.dropout = new Dropout(dropout);
    this.dense = new Dense({
      inputSize: encoder.hiddenSize,
      outputSize: labels.length,
      rng,
      initializer: truncatedNormal(initializerRange),
    });
    this.labels = [...labels];
    this.classLoss = { ...classLoss };
  }

  /** Logits float32 [batch, tokens, labels]. */
  forward(inputs: EncoderInputs, context: Context): tf.Tensor3D {
    return tf.tidy(() => {
      const { sequenceOutput } = this.encoder.forward(inputs, context); // [batch, tokens, size]
      return this.dense.forward(this.dropout.forward(sequenceOutput, context)); // [batch, tokens, labels]
    });
  }

  /** Σ weight · cross-entropy / Σ weight over a batch, and `accuracy` over the same tokens. Call it in `tf.tidy`. */
  loss(batch: TokenBatch | TokenTensors, context: Context): ClassifierLoss {
    checkBatch("TokenClassifier.loss", batch, "tokenBatch", "labels", "weights");
    checkContext("TokenClassifier.loss", context);
    const tensors = "shape" in batch ? tokenTensors(batch) : batch;
    const count = tensors.labels.size;
    const logits = tf.reshape(this.forward(tensors, context), [count, this.labels.length]) as tf.Tensor2D; // [batch · tokens, labels]
    const labels = tf.reshape(tensors.labels, [count]) as tf.Tensor1D;
    const weights = tf.reshape(tensors.weights, [count]);
    const hits = tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32");
    const accuracy = divideOrZero<tf.Scalar>(tf.sum(tf.mul(weights, hits)), tf.sum(weights));
    return { loss: softmaxClassLoss(logits, labels, this.classLoss, weights), metrics: { accuracy } };
  }

  /** Probabilities float32 [batch, tokens, labels]. The caller disposes them. */
  predict(inputs: EncoderInputs): tf.Tensor3D {
    return tf.tidy(() => tf.softmax(this.forward(inputs, inference)));
  }
}
