import { checkContext, checkOptions, number, object, required, type Rules } from "@bertkit/checks";
import { type Encoder, type EncoderInputs, forwardFirst, requirePooler } from "@bertkit/encoder";
import { type Context, Dense, inference, type Rng, truncatedNormal } from "@bertkit/nn";
import { softmaxCrossEntropy } from "@bertkit/ops";
import { checkBatch } from "../check-arguments.ts";
import * as tf from "@tensorflow/tfjs-core";
import type { ClassifierLoss } from "../classifier-loss.ts";
import { configFields } from "../option-rules.ts";
import {
  type ClassificationBatch,
  classificationTensors,
  type ClassificationTensors,
} from "../sequence-classification/classification-batch.ts";

/** Options of `NextSentence`. */
export interface NextSentenceOptions<E extends Encoder = Encoder> {
  readonly encoder: E;
  readonly rng: Rng;
  /** Standard deviation of new weights. Default 0.02. */
  readonly initializerRange?: number;
  /** A pretrained layer, such as `model.nextSentence.dense` of a loaded model. Default: a new layer. */
  readonly dense?: Dense;
}

const rules: Rules<NextSentenceOptions> = {
  encoder: required(object("an encoder", "forward")),
  rng: required(object("an Rng", "random")),
  initializerRange: number({ from: 0 }),
  dense: object("a Dense", "forward"),
};

/**
 * Predicts whether the second text of a pair follows the first, from the pooled [CLS] vector without dropout. Examples are
 * pairs with the label "follows" or "random", in this order as in pretraining; `classificationBatch` encodes them.
 * Source: BERT paper, section 3.1; google-research/bert, `get_next_sentence_output`; Hugging Face's
 * `BertForNextSentencePrediction`.
 */
export class NextSentence<E extends Encoder = Encoder> {
  readonly encoder: E;
  /** [size] → [2] */
  readonly dense: Dense;
  readonly labels: readonly string[] = ["follows", "random"];
  readonly problem = "single-label";

  /** @throws if the encoder has no pooler */
  constructor(options: NextSentenceOptions<E>) {
    checkOptions("NextSentence", options, rules as Rules<NextSentenceOptions<E>>, configFields);
    const { encoder, rng, initializerRange = 0.02, dense } = options;
    requirePooler("NextSentence", encoder);
    this.encoder = encoder;
    this.dense =
      dense ??
      new Dense({
        inputSize: encoder.hiddenSize,
        outputSize: 2,
        rng,
        initializer: truncatedNormal(initializerRange),
      });
  }

  /** Logits float32 [batch, 2]. @throws if the encoder has no pooler */
  forward(inputs: EncoderInputs, context: Context): tf.Tensor2D {
    return tf.tidy(() => {
      const { pooledOutput } = forwardFirst(this.encoder, inputs, context); // [batch, size]
      if (pooledOutput === undefined)
        throw new Error(
          "NextSentence: the encoder has no pooler, got no pooledOutput. Create it with { pooler: true }.",
        );
      return this.dense.forward(pooledOutput);
    });
  }

  /** Mean cross-entropy of a batch, and `accuracy`. Call it in `tf.tidy`; `train` does. */
  loss(batch: ClassificationBatch | ClassificationTensors, context: Context): ClassifierLoss {
    checkBatch("NextSentence.loss", batch, "classificationBatch", "labels");
    checkContext("NextSentence.loss", context);
    const tensors = "shape" in batch ? classificationTensors(batch) : batch;
    const labels = tensors.labels as tf.Tensor1D;
    const logits = this.forward(tensors, context);
    const hits = tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32");
    return { loss: tf.mean(softmaxCrossEntropy(logits, labels)), metrics: { accuracy: tf.mean(hits) } };
  }

  /** Probabilities of the labels, float32 [batch, 2]. The caller disposes them. */
  predict(inputs: EncoderInputs): tf.Tensor2D {
    return tf.tidy(() => tf.softmax(this.forward(inputs, inference)));
  }
}
