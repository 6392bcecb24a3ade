import { checkContext, checkOptions, object, oneOf, required, type Rules, trueOrFalse } from "@bertkit/checks";
import type { Encoder, EncoderInputs } from "@bertkit/encoder";
import { type Context, inference } from "@bertkit/nn";
import { checkBatch } from "../check-arguments.ts";
import * as tf from "@tensorflow/tfjs-core";
import { type ClassLossOptions, sigmoidClassLoss } from "../class-loss.ts";
import type { ClassifierLoss } from "../classifier-loss.ts";
import { divideOrZero } from "../divide-or-zero.ts";
import type { SequenceClassifier } from "../sequence-classification/sequence-classifier.ts";
import { type RankingBatch, rankingTensors, type RankingTensors } from "./ranking-batch.ts";

/** Options of `CrossEncoder`. */
export interface CrossEncoderOptions<E extends Encoder = Encoder> {
  /**
   * A classifier with one label: a new one with problem "multi-label", or that of a loaded cross-encoder. Train its
   * variables, and pass it to `savePretrained`. Its `classLoss` applies to the objective "binary", if its problem is
   * "multi-label".
   */
  readonly classifier: SequenceClassifier<E>;
  /**
   * "binary": sigmoid cross-entropy of each document, as sentence-transformers trains cross-encoders. "listwise": softmax
   * cross-entropy over the documents of a query (Gao et al., 2021), for examples with hard negatives. Default "binary".
   */
  readonly objective?: "binary" | "listwise";
  /** Whether `predict` returns the outputs themselves, as MS MARCO models mean them, not their sigmoids. Default false. */
  readonly plainScores?: boolean;
}

const rules: Rules<CrossEncoderOptions> = {
  classifier: required(object("a SequenceClassifier", "forward", "labels")),
  objective: oneOf(["binary", "listwise"]),
  plainScores: trueOrFalse,
};

/**
 * Scores how well a document answers a query, from both texts as one input. This is slower than comparing a vector of each,
 * but more accurate, so it is used to re-rank the best documents of a search with vectors. Source: Nogueira & Cho, 2019,
 * "Passage re-ranking with BERT".
 */
export class CrossEncoder<E extends Encoder = Encoder> {
  readonly classifier: SequenceClassifier<E>;
  readonly objective: "binary" | "listwise";
  readonly plainScores: boolean;

  /** @throws RangeError unless the classifier has exactly one label, or if its classLoss cannot apply */
  constructor(options: CrossEncoderOptions<E>) {
    checkOptions("CrossEncoder", options, rules as Rules<CrossEncoderOptions<E>>);
    const { classifier, objective = "binary", plainScores = false } = options;
    if (classifier.labels.length !== 1)
      throw new RangeError(
        `CrossEncoder: the classifier must have one label, got ${classifier.labels.length}. Create it with labels: ["relevance"] and problem: "multi-label".`,
      );
    const { problem, classLoss } = classifier;
    if (Object.keys(classLoss ?? {}).length > 0 && (objective !== "binary" || problem !== "multi-label"))
      throw new RangeError(
        `CrossEncoder: the classifier's classLoss is for the objective "binary" of a classifier with problem "multi-label", but they are "${objective}" and "${problem}". Create the classifier without it.`,
      );
    this.classifier = classifier;
    this.objective = objective;
    this.plainScores = plainScores;
  }

  /** A logit per pair of query and document: float32 [rows, 1]. */
  forward(inputs: EncoderInputs, context: Context): tf.Tensor2D {
    return this.classifier.forward(inputs, context);
  }

  /**
   * The mean loss of a batch, and `accuracy`. "binary": the mean over documents, with the classifier's `classLoss`;
   * `accuracy` is the fraction of documents whose score is on the correct side of 0.5. "listwise": the mean over queries,
   * where a query without a relevant document has loss 0; `accuracy` is the fraction of queries with a most relevant
   * document first. Call it in `tf.tidy`; `train` does.
   */
  loss(batch: RankingBatch | RankingTensors, context: Context): ClassifierLoss {
    checkBatch("CrossEncoder.loss", batch, "rankingBatch", "relevance", "queries");
    checkContext("CrossEncoder.loss", context);
    const tensors = "shape" in batch ? rankingTensors(batch) : batch;
    const logits = tf.squeeze<tf.Tensor1D>(this.forward(tensors, context), [1]); // [rows]
    return this.objective === "binary"
      ? binaryLoss(logits, tensors, this.classifier.classLoss ?? {})
      : listwiseLoss(logits, tensors);
  }

  /** Scores from 0 to 1, or with `plainScores` of any size, float32 [rows, 1]. The caller disposes them. */
  predict(inputs: EncoderInputs): tf.Tensor2D {
    return tf.tidy(() => {
      const outputs = this.forward(inputs, inference);
      return this.plainScores ? outputs : tf.sigmoid(outputs);
    });
  }
}

function binaryLoss(logits: tf.Tensor1D, { relevance }: RankingTensors, classLoss: ClassLossOptions): ClassifierLoss {
  const hits = tf.equal(tf.greater(logits, 0), tf.greater(relevance, 0.5));
  return {
    loss: sigmoidClassLoss(tf.expandDims(logits, 1), tf.expandDims(relevance, 1), classLoss),
    metrics: { accuracy: tf.mean(tf.cast(hits, "float32")) },
  };
}

/** Computed with matrices [rows, rows], for which the number of queries need not be known. */
function listwiseLoss(logits: tf.Tensor1D, { relevance, queries }: RankingTensors): ClassifierLoss {
  const same = tf.cast(tf.equal(tf.expandDims(queries, 1), tf.expandDims(queries, 0)), "float32"); // [rows, rows]
  const others = tf.mul(tf.sub(1, same), -1e9);
  const scores = tf.add(tf.expandDims(logits, 0), others); // [rows, rows]
  // −log of each document's probability among those of its query, [rows]
  const losses = tf.sub(tf.logSumExp(scores, 1), logits);
  const total = tf.sum(tf.mul(same, tf.expandDims(relevance, 0)), 1); // [rows]
  const count = tf.sum(tf.div(1, tf.sum(same, 1))); // of queries
  const loss = tf.div<tf.Scalar>(tf.sum(tf.mul(divideOrZero(relevance, total), losses)), count);
  const first = tf.cast(tf.greaterEqual(logits, tf.max(scores, 1)), "float32"); // [rows]
  const mostRelevant = tf.equal(relevance, tf.max(tf.add(tf.expandDims(relevance, 0), others), 1));
  const hits = tf.mul(first, tf.cast(mostRelevant, "float32"));
  return { loss, metrics: { accuracy: tf.div(tf.sum(hits), tf.sum(first)) } };
}
