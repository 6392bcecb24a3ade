import { checkObjects, checkOptions } from "@bertkit/checks";
import { type BatchEncoding, padBatch } from "@bertkit/tokenizer";
import { batchShapeRules } from "./option-rules.ts";
import type { PretrainingInstance } from "./pretraining-instance.ts";

/** The shape of all batches of a run. */
export interface PretrainingBatchShape {
  /** Tokens per row. */
  readonly length: number;
  /** Predicted positions per row. */
  readonly maxPredictions: number;
  /** The id of padding. Default 0. */
  readonly paddingId?: number;
}

/** A padded batch in typed arrays, row-major. */
export interface PretrainingBatch extends BatchEncoding {
  /** [batch, predictions] */
  readonly maskedPositions: Int32Array;
  /** [batch, predictions] */
  readonly maskedIds: Int32Array;
  /** [batch, predictions]: 1 for predictions, 0 for padding. */
  readonly maskedWeights: Float32Array;
  /** [batch]: 1 if the second segment is random, 0 if it follows the first. */
  readonly nextSentenceLabels: Int32Array;
  /** Of packed instances, as in `EncodedBatch`: [batch, tokens]. */
  readonly sequenceIds?: Int32Array;
  /** Of packed instances, as in `EncodedBatch`: [batch, tokens]. */
  readonly positionIds?: Int32Array;
  /** Predicted positions per row, including padding. */
  readonly maxPredictions: number;
  /**
   * Divisor of the masked-LM loss if this is a part of a larger batch (`shareBatches`): the predictions of the larger
   * batch divided by the number of its parts. Default: the predictions of this batch.
   */
  readonly maskedWeightTotal?: number;
}

/**
 * Pads instances to one batch of fixed shape, in the layout of Google's tf.Examples.
 *
 * @throws RangeError if an instance has more than `length` tokens or more than `maxPredictions` predictions
 */
export function pretrainingBatch(
  instances: readonly PretrainingInstance[],
  shape: PretrainingBatchShape,
): PretrainingBatch {
  checkOptions("pretrainingBatch", shape, batchShapeRules);
  checkObjects(
    "pretrainingBatch",
    "instances",
    instances,
    "an instance of createInstances",
    "inputIds",
    "tokenTypeIds",
    "maskedPositions",
    "maskedIds",
  );
  if (instances.length === 0)
    throw new RangeError("pretrainingBatch: needs at least one instance, got none. Pass some of createInstances.");
  const { length, maxPredictions, paddingId = 0 } = shape;
  const rows = instances.length;
  for (const { inputIds, maskedPositions, maskedIds } of instances) {
    if (maskedIds.length !== maskedPositions.length)
      throw new RangeError(
        `pretrainingBatch: an instance has ${maskedPositions.length} maskedPositions and ${maskedIds.length} maskedIds. Pass one id per position.`,
      );
    checkFits(inputIds.length, length, "tokens", "length");
    checkFits(maskedPositions.length, maxPredictions, "predictions", "maxPredictions");
  }
  const encoded = instances.map(({ inputIds, tokenTypeIds }) => ({ ids: inputIds, tokenTypeIds }));
  const batch: PretrainingBatch = {
    ...padBatch(encoded, { length, paddingId }),
    maskedPositions: new Int32Array(rows * maxPredictions),
    maskedIds: new Int32Array(rows * maxPredictions),
    maskedWeights: new Float32Array(rows * maxPredictions),
    nextSentenceLabels: Int32Array.from(instances, ({ isRandomNext }) => (isRandomNext ? 1 : 0)),
    maxPredictions,
  };
  const isPacked = instances.some(({ sequenceLengths }) => sequenceLengths !== undefined);
  instances.forEach(({ maskedPositions, maskedIds }, row) => {
    const prediction = row * maxPredictions;
    batch.maskedPositions.set(maskedPositions, prediction);
    batch.maskedIds.set(maskedIds, prediction);
    batch.maskedWeights.fill(1, prediction, prediction + maskedPositions.length);
  });
  return isPacked ? { ...batch, ...packedIds(instances, length) } : batch;
}

/** The sequence of each token, and its position in it, [batch, tokens] each. */
function packedIds(
  instances: readonly PretrainingInstance[],
  length: number,
): { sequenceIds: Int32Array; positionIds: Int32Array } {
  const sequenceIds = new Int32Array(instances.length * length);
  const positionIds = new Int32Array(instances.length * length);
  instances.forEach(({ inputIds, sequenceLengths = [inputIds.length] }, row) => {
    let start = row * length;
    sequenceLengths.forEach((count: number, sequence: number) => {
      sequenceIds.fill(sequence + 1, start, start + count);
      for (let i = 0; i < count; i++) positionIds[start + i] = i;
      start += count;
    });
  });
  return { sequenceIds, positionIds };
}

function checkFits(count: number, max: number, what: string, option: string): void {
  if (count <= max) return;
  throw new RangeError(
    `pretrainingBatch: an instance has ${count} ${what}, more than ${option} ${max}. Raise ${option} or make shorter instances.`,
  );
}
