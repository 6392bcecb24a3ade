import { checkContext, checkOptions, type Rules } from "@bertkit/checks";
import type { Encoder, EncoderInputs } from "@bertkit/encoder";
import { type Context, Dense, inference, type Rng, truncatedNormal } from "@bertkit/nn";
import { softmaxCrossEntropy } from "@bertkit/ops";
import { checkBatch } from "../check-arguments.ts";
import * as tf from "@tensorflow/tfjs-core";
import { configFields, questionAnswererRules } from "../option-rules.ts";
import type { ClassifierLoss } from "../classifier-loss.ts";
import { type QuestionBatch, questionTensors, type QuestionTensors } from "./question-batch.ts";

/** Options of `QuestionAnswerer`. */
export interface QuestionAnswererOptions<E extends Encoder = Encoder> {
  /** A pooler is not used. */
  readonly encoder: E;
  readonly rng: Rng;
  /** Standard deviation of initial weights. Default 0.02. */
  readonly initializerRange?: number;
}

/**
 * Predicts the start and end of a question's answer in a context: a dense layer over the last hidden states, without
 * dropout. Source: BERT paper, sections 4.2 and 4.3; google-research/bert, run_squad.py, `create_model`; Hugging Face's
 * `BertForQuestionAnswering`.
 */
export class QuestionAnswerer<E extends Encoder = Encoder> {
  readonly encoder: E;
  /** [size] → [2], start and end */
  readonly dense: Dense;

  constructor(options: QuestionAnswererOptions<E>) {
    checkOptions("QuestionAnswerer", options, questionAnswererRules as Rules<QuestionAnswererOptions<E>>, configFields);
    const { encoder, rng, initializerRange = 0.02 } = options;
    this.encoder = encoder;
    this.dense = new Dense({
      inputSize: encoder.hiddenSize,
      outputSize: 2,
      rng,
      initializer: truncatedNormal(initializerRange),
    });
  }

  /** Start and end logits float32 [batch, tokens, 2]. */
  forward(inputs: EncoderInputs, context: Context): tf.Tensor3D {
    return tf.tidy(() => this.dense.forward(this.encoder.forward(inputs, context).sequenceOutput));
  }

  /**
   * The mean cross-entropy of start and end over the positions of a row, and `accuracy`, the fraction of rows with both
   * correct. As in Hugging Face, positions past the row are ignored, and negative positions mean [CLS]. Call it in
   * `tf.tidy`; `train` does.
   */
  loss(batch: QuestionBatch | QuestionTensors, context: Context): ClassifierLoss {
    checkBatch("QuestionAnswerer.loss", batch, "questionBatch", "startPositions", "endPositions");
    checkContext("QuestionAnswerer.loss", context);
    const tensors = "shape" in batch ? questionTensors(batch) : batch;
    const logits = this.forward(tensors, context); // [batch, tokens, 2]
    const [rows, tokens] = logits.shape;
    const ends = tf.unstack(logits, 2).map((values, i): { loss: tf.Scalar; hits: tf.Tensor; used: tf.Tensor } => {
      const positions = i === 0 ? tensors.startPositions : tensors.endPositions;
      const used = tf.less(positions, tokens); // [batch]
      // Not clipByValue, which does not clip integers on wasm.
      const labels = tf.maximum(
        tf.minimum(positions, tf.scalar(tokens - 1, "int32")),
        tf.scalar(0, "int32"),
      ) as tf.Tensor1D;
      const scores = tf.reshape(values, [rows, tokens]) as tf.Tensor2D; // [batch, tokens]
      const each = softmaxCrossEntropy(scores, tf.cast(labels, "int32")); // [batch]
      return { loss: meanOf(each, used), hits: tf.equal(tf.argMax(scores, 1), labels), used };
    });
    const [start, end] = ends as [(typeof ends)[0], (typeof ends)[0]];
    const hits = tf.cast(tf.logicalAnd(start.hits, end.hits), "float32");
    return {
      loss: tf.mul(tf.add(start.loss, end.loss), 0.5),
      metrics: { accuracy: meanOf(hits, tf.logicalAnd(start.used, end.used)) },
    };
  }

  /**
   * Start and end logits, float32 [batch, tokens, 2], which decoding compares between windows. The caller disposes
   * them.
   */
  predict(inputs: EncoderInputs): tf.Tensor3D {
    return this.forward(inputs, inference);
  }
}

/** Mean of the used values; 0 if there are none. */
function meanOf(values: tf.Tensor, used: tf.Tensor): tf.Scalar {
  const weights = tf.cast(used, "float32");
  return tf.div(tf.sum(tf.mul(values, weights)), tf.maximum(tf.sum(weights), 1));
}
