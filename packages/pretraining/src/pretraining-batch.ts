import { checkArray, checkOptions } from "@bertkit/checks";
import { batchShapeRules } from "./option-rules.ts";
import type { PretrainingInstance } from "./pretraining-instance.ts";

/** The shape all batches of a run share. */
export interface PretrainingBatchShape {
  /** Tokens per row. */
  readonly length: number;
  /** Predicted positions per row. */
  readonly maxPredictions: number;
  /** What fills the end of a row. Default 0. */
  readonly paddingId?: number;
}

/** A padded batch in typed arrays, row-major: b rows of n tokens with p predicted positions each. */
export interface PretrainingBatch {
  /** [b, n] */
  readonly inputIds: Int32Array;
  /** [b, n]: 1 on tokens, 0 on padding. */
  readonly attentionMask: Int32Array;
  /** [b, n] */
  readonly tokenTypeIds: Int32Array;
  /** [b, p] */
  readonly maskedPositions: Int32Array;
  /** [b, p] */
  readonly maskedIds: Int32Array;
  /** [b, p]: 1 on predictions, 0 on padding. */
  readonly maskedWeights: Float32Array;
  /** [b]: 1 where the second segment is random, 0 where it follows the first. */
  readonly nextSentenceLabels: Int32Array;
  /** [b, n] */
  readonly shape: readonly [rows: number, length: number];
  /** p */
  readonly maxPredictions: number;
  /**
   * What the masked-LM loss is divided by, if this is a part of a larger batch: the larger one's predictions by the
   * number of its parts (`shareBatches`). Default: the predictions of this batch.
   */
  readonly maskedWeightTotal?: number;
}

/**
 * Pads instances to one fixed-shape batch, the layout of Google's tf.Examples.
 * Throws RangeError when an instance is longer than `length` or has more than `maxPredictions` predictions.
 */
export function pretrainingBatch(
  instances: readonly PretrainingInstance[],
  shape: PretrainingBatchShape,
): PretrainingBatch {
  checkOptions("pretrainingBatch", shape, batchShapeRules);
  checkArray("pretrainingBatch", "instances", instances, "instances");
  const { length, maxPredictions, paddingId = 0 } = shape;
  const rows = instances.length;
  const batch: PretrainingBatch = {
    inputIds: new Int32Array(rows * length).fill(paddingId),
    attentionMask: new Int32Array(rows * length),
    tokenTypeIds: new Int32Array(rows * length),
    maskedPositions: new Int32Array(rows * maxPredictions),
    maskedIds: new Int32Array(rows * maxPredictions),
    maskedWeights: new Float32Array(rows * maxPredictions),
    nextSentenceLabels: new Int32Array(rows),
    shape: [rows, length],
    maxPredictions,
  };
  instances.forEach((instance, row) => {
    const { inputIds, maskedPositions } = instance;
    checkFits(inputIds.length, length, "tokens", "length");
    checkFits(maskedPositions.length, maxPredictions, "predictions", "maxPredictions");
    const token = row * length;
    batch.inputIds.set(inputIds, token);
    batch.attentionMask.fill(1, token, token + inputIds.length);
    batch.tokenTypeIds.set(instance.tokenTypeIds, token);
    const prediction = row * maxPredictions;
    batch.maskedPositions.set(maskedPositions, prediction);
    batch.maskedIds.set(instance.maskedIds, prediction);
    batch.maskedWeights.fill(1, prediction, prediction + maskedPositions.length);
    batch.nextSentenceLabels[row] = instance.isRandomNext ? 1 : 0;
  });
  return batch;
}

function checkFits(count: number, most: number, what: string, option: string): void {
  if (count <= most) return;
  throw new RangeError(
    `pretrainingBatch: an instance has ${count} ${what}, more than ${option} ${most}. Raise ${option} or make shorter instances.`,
  );
}
