import { checkList, checkOptions, wholeNumber, type NoText, type Rules } from "@bertkit/checks";
import type { PretrainingBatch } from "./pretraining-batch.ts";

/** Options of `shareBatches`. */
export interface ShareBatchesOptions {
  /** Parts of a batch that one process takes, one after the other: the `accumulate` of `train`. Default 1. */
  readonly accumulate?: number;
  /** This process, from 0. Default 0. */
  readonly rank?: number;
  /** Number of processes. Default 1. */
  readonly size?: number;
}

const rules: Rules<ShareBatchesOptions> = { accumulate: wholeNumber(1), rank: wholeNumber(), size: wholeNumber(1) };

/**
 * Cuts every batch into `accumulate` · `size` parts of equally many rows and gives those of one process. The mean over
 * all parts of their masked-LM losses is the loss of the whole batch, so any number of parts and processes makes the
 * same update within rounding.
 *
 * @throws RangeError if a batch's rows are no multiple of the parts
 */
export async function* shareBatches(
  batches: (Iterable<PretrainingBatch> & NoText) | AsyncIterable<PretrainingBatch>,
  options: ShareBatchesOptions = {},
): AsyncGenerator<PretrainingBatch, void, undefined> {
  checkOptions("shareBatches", options, rules);
  checkList("shareBatches", "batches", batches, "batches");
  const { accumulate = 1, rank = 0, size = 1 } = options;
  if (rank >= size) throw new RangeError(`shareBatches: rank must be below size ${size}, got ${rank}.`);
  for await (const batch of batches)
    for (let part = 0; part < accumulate; part++) yield partOf(batch, rank * accumulate + part, accumulate * size);
}

function partOf(batch: PretrainingBatch, index: number, parts: number): PretrainingBatch {
  if (parts === 1) return batch;
  const [rows, length] = batch.shape;
  const { maxPredictions } = batch;
  if (rows % parts !== 0)
    throw new RangeError(
      `shareBatches: a batch of ${rows} rows cannot be cut into ${parts} equal parts. Choose a batch size that is a multiple of ${parts}.`,
    );
  const count = rows / parts;
  const cut = <A extends Int32Array | Float32Array>(values: A, width: number): A =>
    values.subarray(index * count * width, (index + 1) * count * width) as A;
  const total = batch.maskedWeights.reduce((sum, weight) => sum + weight, 0);
  return {
    inputIds: cut(batch.inputIds, length),
    attentionMask: cut(batch.attentionMask, length),
    tokenTypeIds: cut(batch.tokenTypeIds, length),
    maskedPositions: cut(batch.maskedPositions, maxPredictions),
    maskedIds: cut(batch.maskedIds, maxPredictions),
    maskedWeights: cut(batch.maskedWeights, maxPredictions),
    nextSentenceLabels: cut(batch.nextSentenceLabels, 1),
    shape: [count, length],
    maxPredictions,
    maskedWeightTotal: total / parts,
  };
}
