import {
  arrayOf,
  checkContext,
  checkObject,
  checkOptions,
  checkTensor,
  number,
  object,
  required,
  text,
  type Rules,
} from "@bertkit/checks";
import type { EncoderInputs } from "@bertkit/encoder";
import { type Context, Dense, type Rng, truncatedNormal } from "@bertkit/nn";
import { softmaxCrossEntropy } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import { checkLabels } from "../check-labels.ts";
import type { ClassifierLoss } from "../classifier-loss.ts";
import type { SentenceEmbedder } from "./sentence-embedder.ts";

/** Options of `SentencePairClassifier`. */
export interface SentencePairClassifierOptions {
  readonly embedder: SentenceEmbedder;
  /** One name per output, such as contradiction, entailment, neutral. */
  readonly labels: readonly string[];
  readonly rng: Rng;
  /** Standard deviation of initial weights. Default 0.02. */
  readonly initializerRange?: number;
}

/** The first texts and the second texts of all pairs as two batches, and labels int32 [batch]. */
export interface SentencePairTensors {
  readonly left: EncoderInputs;
  readonly right: EncoderInputs;
  readonly labels: tf.Tensor1D;
}

const rules: Rules<SentencePairClassifierOptions> = {
  embedder: required(object("a SentenceEmbedder", "forward")),
  labels: required(arrayOf("labels", text)),
  rng: required(object("an Rng", "random")),
  initializerRange: number({ from: 0 }),
};

/**
 * Sentence-BERT's softmax loss for natural language inference: a dense layer over u, v and |u − v|, where u and v are
 * the vectors of a pair's texts. After training, keep only the embedder. Source: Reimers & Gurevych 2019, section 3.
 */
export class SentencePairClassifier {
  readonly embedder: SentenceEmbedder;
  /** [3 · size] → [labels] */
  readonly dense: Dense;
  readonly labels: readonly string[];

  constructor(options: SentencePairClassifierOptions) {
    checkOptions("SentencePairClassifier", options, rules);
    const { embedder, labels, rng, initializerRange = 0.02 } = options;
    checkLabels("SentencePairClassifier", labels);
    this.embedder = embedder;
    this.dense = new Dense({
      inputSize: 3 * embedder.size,
      outputSize: labels.length,
      rng,
      initializer: truncatedNormal(initializerRange),
    });
    this.labels = [...labels];
  }

  /** Logits float32 [batch, labels]. */
  forward(pair: Pick<SentencePairTensors, "left" | "right">, context: Context): tf.Tensor2D {
    checkObject("SentencePairClassifier", "pair", pair, "{ left, right }", "left", "right");
    checkContext("SentencePairClassifier", context);
    const { left, right } = pair;
    return tf.tidy(() => {
      const [u, v] = [this.embedder.forward(left, context), this.embedder.forward(right, context)];
      return this.dense.forward(tf.concat([u, v, tf.abs(tf.sub(u, v))], 1) as tf.Tensor2D);
    });
  }

  /** Mean cross-entropy of a batch, and `accuracy`. Call it inside a tidy; `train` does. */
  loss(batch: SentencePairTensors, context: Context): ClassifierLoss {
    checkObject("SentencePairClassifier.loss", "batch", batch, "{ left, right, labels }", "left", "right");
    checkTensor("SentencePairClassifier.loss", "batch.labels", batch.labels);
    const logits = this.forward(batch, context);
    const hits = tf.cast(tf.equal(tf.argMax(logits, 1), batch.labels), "float32");
    return { loss: tf.mean(softmaxCrossEntropy(logits, batch.labels)), metrics: { accuracy: tf.mean(hits) } };
  }
}
