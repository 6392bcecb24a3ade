import { checkList, checkObject, checkOptions, wholeNumber, type NoText, type Rules } from "@bertkit/checks";
import type { PretrainingBatch } from "./pretraining-batch.ts";

/** Options of `shareBatches`. */
export interface ShareBatchesOptions {
  /** Parts of a batch per process: the `accumulate` of `train`. Default 1. */
  readonly accumulate?: number;
  /** Index of this process. Default 0. */
  readonly rank?: number;
  /** Number of processes. Default 1. */
  readonly size?: number;
}

const rules: Rules<ShareBatchesOptions> = { accumulate: wholeNumber(1), rank: wholeNumber(), size: wholeNumber(1) };

/**
 * Splits every batch into `accumulate` · `size` parts with the same number of rows and yields those of one process. The
 * mean of the parts' masked-LM losses is the loss of the whole batch, so the update does not depend on the number of
 * parts and processes, up to rounding.
 *
 * @throws RangeError if the number of rows is not a multiple of the number of parts
 */
export async function* shareBatches(
  batches: (Iterable<PretrainingBatch> & NoText) | AsyncIterable<PretrainingBatch>,
  options: ShareBatchesOptions = {},
): AsyncGenerator<PretrainingBatch, void, undefined> {
  checkOptions("shareBatches", options, rules);
  checkList("shareBatches", "batches", batches, "batches");
  const { accumulate = 1, rank = 0, size = 1 } = options;
  if (rank >= size) throw new RangeError(`shareBatches: rank must be below size ${size}, got ${rank}.`);
  for await (const batch of batches) {
    checkObject("shareBatches", "a batch", batch, "a result of pretrainingBatch", "shape", "inputIds");
    for (let part = 0; part < accumulate; part++) yield partOf(batch, rank * accumulate + part, accumulate * size);
  }
}

function partOf(batch: PretrainingBatch, index: number, parts: number): PretrainingBatch {
  if (parts === 1) return batch;
  const [rows, length] = batch.shape;
  const { maxPredictions } = batch;
  if (rows % parts !== 0)
    throw new RangeError(
      `shareBatches: a batch of ${rows} rows cannot be split into ${parts} equal parts. Choose a batch size that is a multiple of ${parts}.`,
    );
  const count = rows / parts;
  const cut = <A extends Int32Array | Float32Array>(values: A, width: number): A =>
    values.subarray(index * count * width, (index + 1) * count * width) as A;
  const total = batch.maskedWeightTotal ?? batch.maskedWeights.reduce((sum, weight) => sum + weight, 0);
  return {
    inputIds: cut(batch.inputIds, length),
    attentionMask: cut(batch.attentionMask, length),
    tokenTypeIds: cut(batch.tokenTypeIds, length),
    ...(batch.sequenceIds && { sequenceIds: cut(batch.sequenceIds, length) }),
    ...(batch.positionIds && { positionIds: cut(batch.positionIds, length) }),
    maskedPositions: cut(batch.maskedPositions, maxPredictions),
    maskedIds: cut(batch.maskedIds, maxPredictions),
    maskedWeights: cut(batch.maskedWeights, maxPredictions),
    nextSentenceLabels: cut(batch.nextSentenceLabels, 1),
    shape: [count, length],
    maxPredictions,
    maskedWeightTotal: total / parts,
  };
}
