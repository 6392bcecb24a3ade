import {
  arrayOf,
  callable,
  checkContext,
  checkObjects,
  checkOptions,
  checkTensors,
  checkValue,
  number,
  object,
  oneOf,
  required,
  trueOrFalse,
  wholeNumber,
  type Rules,
} from "@bertkit/checks";
import type { EncoderInputs } from "@bertkit/encoder";
import type { Context } from "@bertkit/nn";
import { softmaxCrossEntropy } from "@bertkit/ops";
import { checkHead } from "../check-arguments.ts";
import * as tf from "@tensorflow/tfjs-core";
import type { SentenceEmbedder } from "./sentence-embedder.ts";
import { pairCosines, unitLength } from "./similarities.ts";

// Losses of sentence-transformers over sentence vectors, float32 [batch, size]. They return scalars; call them in
// `tf.tidy`, as `train` does.

export interface RankingOptions {
  /** Hard negatives for all anchors, float32 [negatives, size]. Default none. */
  readonly negatives?: tf.Tensor2D;
  /** Scale of cosines, 1 / temperature. Default 20. */
  readonly scale?: number;
  /** Average with the loss in the other direction, from positives to anchors. Default false. */
  readonly symmetric?: boolean;
}

const rankingRules: Rules<RankingOptions> = {
  negatives: object("a tensor", "shape"),
  scale: number({ above: 0 }),
  symmetric: trueOrFalse,
};

/**
 * Multiple negatives ranking (Henderson et al. 2017; InfoNCE with in-batch negatives): an anchor's own positive must be
 * nearer than all other positives and negatives. With the same text, encoded twice with dropout, as anchor and
 * positive, it is SimCSE (Gao et al., 2021).
 */
export function multipleNegativesRanking(
  anchors: tf.Tensor2D,
  positives: tf.Tensor2D,
  options: RankingOptions = {},
): tf.Scalar {
  checkOptions("multipleNegativesRanking", options, rankingRules);
  const { negatives, scale = 20, symmetric = false } = options;
  checkSame("multipleNegativesRanking", anchors, positives);
  const [queries, own] = [unitLength(anchors), unitLength(positives)];
  const all = negatives ? tf.concat([own, unitLength(negatives)], 0) : own; // [batch + negatives, size]
  const labels = tf.range(0, anchors.shape[0], 1, "int32");
  const scores = (from: tf.Tensor2D, to: tf.Tensor2D): tf.Tensor2D => tf.mul(tf.matMul(from, to, false, true), scale);
  const loss: tf.Scalar = tf.mean(softmaxCrossEntropy(scores(queries, all), labels));
  if (!symmetric) return loss;
  return tf.div(tf.add(loss, tf.mean(softmaxCrossEntropy(scores(own, queries), labels))), 2);
}

/**
 * Unsupervised SimCSE (Gao et al. 2021): the same text encoded twice with different dropout is anchor and positive, and
 * the other texts of the batch are negatives. `scale` is by default the paper's 1 / 0.05. Call it in `tf.tidy`, in
 * training mode.
 */
export function simCseLoss(
  embedder: SentenceEmbedder,
  inputs: EncoderInputs,
  context: Context,
  options: Pick<RankingOptions, "scale"> = {},
): tf.Scalar {
  checkOptions("simCseLoss", options, { scale: rankingRules.scale });
  checkHead("simCseLoss", "embedder", embedder, "a SentenceEmbedder");
  checkContext("simCseLoss", context);
  return multipleNegativesRanking(embedder.forward(inputs, context), embedder.forward(inputs, context), options);
}

/** Mean squared difference between the cosine of each pair and its score, float32 [batch]. */
export function cosineSimilarityLoss(left: tf.Tensor2D, right: tf.Tensor2D, scores: tf.Tensor1D): tf.Scalar {
  checkSame("cosineSimilarityLoss", left, right);
  checkScores("cosineSimilarityLoss", left, scores);
  return tf.mean(tf.square(tf.sub(pairCosines(left, right), scores)));
}

/**
 * CoSENT (Su 2022): log(1 + Σ exp(scale · (cos i − cos j))) over all i, j where pair i has the lower score. Only the
 * order of the scores, float32 [batch], matters.
 */
export function coSentLoss(
  left: tf.Tensor2D,
  right: tf.Tensor2D,
  scores: tf.Tensor1D,
  options: { scale?: number } = {},
): tf.Scalar {
  checkOptions("coSentLoss", options, { scale: number({ above: 0 }) });
  const { scale = 20 } = options;
  checkSame("coSentLoss", left, right);
  checkScores("coSentLoss", left, scores);
  const cosines = tf.mul(pairCosines(left, right), scale); // [batch]
  const gaps = tf.sub(tf.expandDims(cosines, 1), tf.expandDims(cosines, 0)); // [batch, batch]
  const counts = tf.cast(tf.less(tf.expandDims(scores, 1), tf.expandDims(scores, 0)), "float32");
  const terms = tf.reshape(tf.sub(gaps, tf.mul(tf.sub(1, counts), 1e9)), [-1]);
  return tf.logSumExp(tf.concat([tf.zeros([1]), terms]));
}

export interface TripletOptions {
  /** Default "euclidean". */
  readonly distance?: "euclidean" | "cosine";
  /** Minimum difference between the distances of negative and positive. Default 5, or 0.5 for cosine distances. */
  readonly margin?: number;
}

const tripletRules: Rules<TripletOptions> = {
  distance: oneOf(["euclidean", "cosine"]),
  margin: number({ from: 0 }),
};

/** Mean of max(0, distance to the positive − distance to the negative + margin) (Schroff et al. 2015). */
export function tripletLoss(
  anchors: tf.Tensor2D,
  positives: tf.Tensor2D,
  negatives: tf.Tensor2D,
  options: TripletOptions = {},
): tf.Scalar {
  checkOptions("tripletLoss", options, tripletRules);
  const { distance = "euclidean" } = options;
  const { margin = distance === "cosine" ? 0.5 : 5 } = options;
  checkSame("tripletLoss", anchors, positives);
  checkSame("tripletLoss", anchors, negatives);
  const between = (from: tf.Tensor2D, to: tf.Tensor2D): tf.Tensor =>
    distance === "cosine"
      ? tf.sub(1, pairCosines(from, to))
      : tf.sqrt(tf.sum(tf.square(tf.add(tf.sub(from, to), 1e-6)), 1)); // not zero, because the gradient of a square root at zero is infinite; as in PyTorch
  return tf.mean(tf.relu(tf.add(tf.sub(between(anchors, positives), between(anchors, negatives)), margin)));
}

/**
 * Matryoshka (Kusupati et al. 2022): the weighted sum (default weights 1) of a loss over vectors truncated to each of
 * `sizes`, so that vectors can be truncated later.
 */
export function matryoshkaLoss(
  vectors: readonly tf.Tensor2D[],
  options: { readonly sizes: readonly number[]; readonly weights?: readonly number[] },
  loss: (vectors: tf.Tensor2D[]) => tf.Scalar,
): tf.Scalar {
  checkOptions("matryoshkaLoss", options, {
    sizes: required(arrayOf("sizes", wholeNumber(1))),
    weights: arrayOf("weights", number({ from: 0 })),
  });
  const { sizes, weights = sizes.map(() => 1) } = options;
  checkObjects("matryoshkaLoss", "vectors", vectors, "a tensor", "shape");
  checkValue("matryoshkaLoss", "loss", loss, callable, "Pass a loss of vectors, such as ([a, b]) => ….");
  const max = vectors[0]?.shape[1] ?? 0;
  if (
    sizes.length === 0 ||
    weights.length !== sizes.length ||
    !sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= max)
  )
    throw new RangeError(
      `matryoshkaLoss: sizes must be whole numbers from 1 to ${max}, with one weight each, got ${sizes.slice(0, 20).join(", ")}. Pass sizes such as 384, 128, 32.`,
    );
  const parts = sizes.map((size, i) =>
    tf.mul(loss(vectors.map((all) => tf.slice(all, [0, 0], [-1, size]))), weights[i]!),
  );
  return tf.addN(parts) as tf.Scalar;
}

function checkSame(where: string, left: tf.Tensor2D, right: tf.Tensor2D): void {
  checkTensors(where, { left, right });
  if (left.shape[0] === right.shape[0] && left.shape[1] === right.shape[1]) return;
  throw new RangeError(
    `${where}: both must have the same shape, got [${left.shape}] and [${right.shape}]. Pass one row of each per pair.`,
  );
}

function checkScores(where: string, left: tf.Tensor2D, scores: tf.Tensor1D): void {
  checkTensors(where, { scores });
  if (scores.size === left.shape[0]) return;
  throw new RangeError(
    `${where}: scores must be one per pair, ${left.shape[0]}, got [${scores.shape}]. Pass float32 [batch].`,
  );
}
