import { checkObject, checkOptions, type NoText } from "@bertkit/checks";
import type { Encoder } from "@bertkit/encoder";
import { ratio, type Ratio } from "@bertkit/metrics";
import { inference } from "@bertkit/nn";
import { softmaxCrossEntropy } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import type { MaskedLmScorer } from "./masked-lm-head.ts";
import type { NextSentenceScorer } from "./next-sentence-head.ts";
import { evaluateRules } from "./option-rules.ts";
import type { PretrainingBatch } from "./pretraining-batch.ts";
import { pretrainingTensors, type PretrainingTensors } from "./pretraining-tensors.ts";

/** Options of `evaluatePretraining`. */
export interface EvaluatePretrainingOptions {
  readonly encoder: Encoder;
  readonly maskedLm?: MaskedLmScorer;
  readonly nextSentence?: NextSentenceScorer;
  readonly batches: (Iterable<PretrainingBatch> & NoText) | AsyncIterable<PretrainingBatch>;
}

/** Sums over the predictions of one instance. */
export interface InstanceScore {
  /** Number of predictions. */
  readonly predictions: number;
  /** Number of correct predictions. */
  readonly correct: number;
  /** Sum of cross-entropies in nats. */
  readonly loss: number;
}

/** Result of one task: counts, and means with standard errors that treat instances, not positions, as independent. */
export interface PretrainingResult {
  readonly predictions: number;
  readonly correct: number;
  readonly accuracy: Ratio;
  /** Mean cross-entropy in nats. */
  readonly loss: Ratio;
  /** The sums of every instance, in the order of the batches. */
  readonly instances: readonly InstanceScore[];
}

/** Results per head. */
export interface PretrainingEvaluation {
  readonly maskedLm?: PretrainingResult;
  readonly nextSentence?: PretrainingResult;
}

/**
 * Evaluates heads on held-out batches. The batches must be finite.
 * @throws Error for `nextSentence` with batches of `packInstances`, whose rows have several sequences
 */
export async function evaluatePretraining(options: EvaluatePretrainingOptions): Promise<PretrainingEvaluation> {
  checkOptions("evaluatePretraining", options, evaluateRules);
  if (options.maskedLm === undefined && options.nextSentence === undefined)
    throw new TypeError("evaluatePretraining: there is no head to evaluate. Pass maskedLm, nextSentence or both.");
  let rows = 0;
  const maskedLm: InstanceScore[] = [];
  const nextSentence: InstanceScore[] = [];
  for await (const batch of options.batches) {
    checkObject("evaluatePretraining", "a batch", batch, "a result of pretrainingBatch", "shape", "inputIds");
    rows += batch.shape[0];
    const scored = tf.tidy(() => scoreBatch(options, pretrainingTensors(batch)));
    const values = await Promise.all(scored.map((tensor) => tensor?.data()));
    tf.dispose(scored.filter((tensor) => tensor !== undefined));
    const [maskedLoss, maskedHits, nextLoss, nextHits] = values;
    for (let row = 0; row < batch.shape[0]; row++) {
      const start = row * batch.maxPredictions;
      const weights = batch.maskedWeights.subarray(start, start + batch.maxPredictions);
      if (maskedLoss && maskedHits) maskedLm.push(instanceScore(weights, maskedLoss, maskedHits, start));
      if (nextLoss && nextHits) nextSentence.push({ predictions: 1, correct: nextHits[row]!, loss: nextLoss[row]! });
    }
  }
  if (rows === 0)
    throw new RangeError(
      "evaluatePretraining: batches has no instance, so there is nothing to score. A generator can be read only once: create it again.",
    );
  return {
    ...(options.maskedLm && { maskedLm: summarize(maskedLm) }),
    ...(options.nextSentence && { nextSentence: summarize(nextSentence) }),
  };
}

type Numbers = ArrayLike<number>;

/** Losses and hits of the masked LM [batch · predictions] and of next-sentence prediction [batch]. */
function scoreBatch(options: EvaluatePretrainingOptions, batch: PretrainingTensors): (tf.Tensor | undefined)[] {
  const { encoder, maskedLm, nextSentence } = options;
  if (nextSentence && batch.sequenceIds !== undefined)
    throw new Error(
      "evaluatePretraining: the batch has several sequences in a row, and the pooler only reads the first. Omit nextSentence for packed instances.",
    );
  const { sequenceOutput, pooledOutput } = encoder.forward(batch, inference);
  if (nextSentence && !pooledOutput) {
    throw new Error(
      "evaluatePretraining: the encoder has no pooler, which nextSentence needs. Create it with { pooler: true }.",
    );
  }
  const masked = maskedLm && lossAndHits(maskedLm.forward(sequenceOutput, batch.maskedPositions), batch.maskedIds);
  const next = nextSentence && lossAndHits(nextSentence.forward(pooledOutput!), batch.nextSentenceLabels);
  return [...(masked ?? [undefined, undefined]), ...(next ?? [undefined, undefined])];
}

function lossAndHits(logits: tf.Tensor2D, labels: tf.Tensor): [loss: tf.Tensor1D, hits: tf.Tensor1D] {
  const flat = tf.reshape(labels, [labels.size]) as tf.Tensor1D;
  return [softmaxCrossEntropy(logits, flat), tf.cast(tf.equal(tf.argMax(logits, 1), flat), "int32") as tf.Tensor1D];
}

function instanceScore(weights: Numbers, losses: Numbers, hits: Numbers, start: number): InstanceScore {
  const score = { predictions: 0, correct: 0, loss: 0 };
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    score.predictions++;
    score.correct += hits[start + i]!;
    score.loss += losses[start + i]!;
  }
  return score;
}

function summarize(instances: readonly InstanceScore[]): PretrainingResult {
  const counts = instances.map(({ predictions }) => predictions);
  return {
    predictions: counts.reduce((total, count) => total + count, 0),
    correct: instances.reduce((total, { correct }) => total + correct, 0),
    accuracy: ratio(
      instances.map(({ correct }) => correct),
      counts,
    ),
    loss: ratio(
      instances.map(({ loss }) => loss),
      counts,
    ),
    instances,
  };
}
