import { checkContext, checkOptions, type Rules } from "@bertkit/checks";
import { type Encoder, type EncoderInputs, forwardFirst, type PooledEncoder, requirePooler } from "@bertkit/encoder";
import { type Context, Dense, Dropout, inference, type Rng, truncatedNormal } from "@bertkit/nn";
import { checkBatch } from "../check-arguments.ts";
import * as tf from "@tensorflow/tfjs-core";
import { checkLabels } from "../check-labels.ts";
import { checkClassLoss, type ClassLossOptions } from "../class-loss.ts";
import { configFields, sequenceClassifierRules } from "../option-rules.ts";
import type { ClassifierLoss } from "../classifier-loss.ts";
import { type ClassificationBatch, classificationTensors, type ClassificationTensors } from "./classification-batch.ts";
import { type Problem, problems } from "./problem.ts";

/** Options of `SequenceClassifier`. */
export interface SequenceClassifierOptions<E extends Encoder = Encoder> {
  readonly encoder: E;
  /** One name per output. */
  readonly labels: readonly string[];
  /** Default "single-label". */
  readonly problem?: Problem;
  /** Class weights, label smoothing, focal loss: not for regression. Default plain cross-entropy. */
  readonly classLoss?: ClassLossOptions;
  /** Dropout rate of the pooled vector. Default 0.1. */
  readonly dropout?: number;
  readonly rng: Rng;
  /** Standard deviation of initial weights. Default 0.02. */
  readonly initializerRange?: number;
}

/**
 * Classification or regression of a text or pair: dropout and a dense layer over the pooled [CLS] vector.
 * Source: BERT paper, section 4.1; google-research/bert, run_classifier.py, `create_model`.
 */
export class SequenceClassifier<E extends Encoder = Encoder> {
  readonly encoder: E;
  readonly dropout: Dropout;
  /** [size] → [labels] */
  readonly dense: Dense;
  readonly labels: readonly string[];
  readonly problem: Problem;
  readonly classLoss: ClassLossOptions;

  /** @throws if the encoder has no pooler */
  constructor(options: SequenceClassifierOptions<E> & { readonly encoder: PooledEncoder<E> }) {
    checkOptions(
      "SequenceClassifier",
      options,
      sequenceClassifierRules as Rules<SequenceClassifierOptions<E>>,
      configFields,
    );
    const {
      encoder,
      labels,
      problem = "single-label",
      classLoss = {},
      dropout = 0.1,
      rng,
      initializerRange = 0.02,
    } = options;
    checkLabels("SequenceClassifier", labels);
    requirePooler("SequenceClassifier", encoder);
    checkClassLoss("SequenceClassifier", classLoss, labels.length);
    if (problem === "regression" && Object.keys(classLoss).length > 0)
      throw new RangeError(
        "SequenceClassifier: classLoss is for classification, but the problem is regression. Omit it.",
      );
    this.encoder = encoder;
    this.dropout = new Dropout(dropout);
    this.dense = new Dense({
      inputSize: encoder.hiddenSize,
      outputSize: labels.length,
      rng,
      initializer: truncatedNormal(initializerRange),
    });
    this.labels = [...labels];
    this.problem = problem;
    this.classLoss = { ...classLoss };
  }

  /** Logits float32 [batch, labels]. @throws if the encoder has no pooler */
  forward(inputs: EncoderInputs, context: Context): tf.Tensor2D {
    return tf.tidy(() => {
      const { pooledOutput } = forwardFirst(this.encoder, inputs, context); // [batch, size]
      if (pooledOutput === undefined) {
        throw new Error(
          "SequenceClassifier: the encoder has no pooler, got no pooledOutput. Create it with { pooler: true }.",
        );
      }
      return this.dense.forward(this.dropout.forward(pooledOutput, context)); // [batch, labels]
    });
  }

  /** Mean loss of a batch, with `accuracy` except for regression. Call it in `tf.tidy`; `train` does. */
  loss(batch: ClassificationBatch | ClassificationTensors, context: Context): ClassifierLoss {
    checkBatch("SequenceClassifier.loss", batch, "classificationBatch", "labels");
    checkContext("SequenceClassifier.loss", context);
    const tensors = "shape" in batch ? classificationTensors(batch) : batch;
    const logits = this.forward(tensors, context);
    const rules = problems[this.problem];
    return { loss: rules.loss(logits, tensors.labels, this.classLoss), metrics: rules.metrics(logits, tensors.labels) };
  }

  /** Probabilities (values for regression), float32 [batch, labels]. The caller disposes them. */
  predict(inputs: EncoderInputs): tf.Tensor2D {
    return tf.tidy(() => problems[this.problem].scores(this.forward(inputs, inference)));
  }
}
