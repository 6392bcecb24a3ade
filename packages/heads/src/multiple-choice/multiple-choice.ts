import { checkContext, checkOptions, type Rules } from "@bertkit/checks";
import { type Encoder, type EncoderInputs, forwardFirst, type PooledEncoder, requirePooler } from "@bertkit/encoder";
import { type Context, Dense, Dropout, inference, type Rng, truncatedNormal } from "@bertkit/nn";
import { softmaxCrossEntropy } from "@bertkit/ops";
import { checkBatch } from "../check-arguments.ts";
import * as tf from "@tensorflow/tfjs-core";
import { configFields, multipleChoiceRules } from "../option-rules.ts";
import type { ClassifierLoss } from "../classifier-loss.ts";
import { type ChoiceBatch, choiceTensors, type ChoiceTensors } from "./choice-batch.ts";

/** Options of `MultipleChoice`. */
export interface MultipleChoiceOptions<E extends Encoder = Encoder> {
  readonly encoder: E;
  /** Dropout rate of the pooled vector. Default 0.1. */
  readonly dropout?: number;
  readonly rng: Rng;
  /** Standard deviation of initial weights. Default 0.02. */
  readonly initializerRange?: number;
}

/**
 * Predicts which of several choices follows a context: a score from the pooled [CLS] vector of each pair of context and
 * choice, and a softmax over the choices. Source: BERT paper, section 4.4 (SWAG); Hugging Face's
 * `BertForMultipleChoice`, with the names in `classifierNames`.
 */
export class MultipleChoice<E extends Encoder = Encoder> {
  readonly encoder: E;
  readonly dropout: Dropout;
  /** [size] → [1] */
  readonly dense: Dense;

  /** @throws if the encoder has no pooler */
  constructor(options: MultipleChoiceOptions<E> & { readonly encoder: PooledEncoder<E> }) {
    checkOptions("MultipleChoice", options, multipleChoiceRules as Rules<MultipleChoiceOptions<E>>, configFields);
    const { encoder, dropout = 0.1, rng, initializerRange = 0.02 } = options;
    requirePooler("MultipleChoice", encoder);
    this.encoder = encoder;
    this.dropout = new Dropout(dropout);
    this.dense = new Dense({
      inputSize: encoder.hiddenSize,
      outputSize: 1,
      rng,
      initializer: truncatedNormal(initializerRange),
    });
  }

  /** A score per row, which is a pair of context and choice: float32 [rows, 1]. @throws if the encoder has no pooler */
  forward(inputs: EncoderInputs, context: Context): tf.Tensor2D {
    return tf.tidy(() => {
      const { pooledOutput } = forwardFirst(this.encoder, inputs, context); // [rows, size]
      if (pooledOutput === undefined)
        throw new Error(
          "MultipleChoice: the encoder has no pooler, got no pooledOutput. Create it with { pooler: true }.",
        );
      return this.dense.forward(this.dropout.forward(pooledOutput, context)); // [rows, 1]
    });
  }

  /** Mean cross-entropy over a batch's examples, and `accuracy`. Call it in `tf.tidy`; `train` does. */
  loss(batch: ChoiceBatch | ChoiceTensors, context: Context): ClassifierLoss {
    checkBatch("MultipleChoice.loss", batch, "choiceBatch", "labels");
    checkContext("MultipleChoice.loss", context);
    const tensors = "shape" in batch ? choiceTensors(batch) : batch;
    const { labels } = tensors;
    const logits = tf.reshape(this.forward(tensors, context), [labels.size, -1]) as tf.Tensor2D; // [batch, choices]
    const hits = tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32");
    return { loss: tf.mean(softmaxCrossEntropy(logits, labels)), metrics: { accuracy: tf.mean(hits) } };
  }

  /**
   * Scores of rows, float32 [rows, 1]; a softmax over an example's rows gives probabilities. The caller disposes them.
   */
  predict(inputs: EncoderInputs): tf.Tensor2D {
    return this.forward(inputs, inference);
  }
}
