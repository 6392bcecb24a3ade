import { type PretrainingBatch, pretrainingBatch, type PretrainingBatchShape } from "./pretraining-batch.ts";
import type { PretrainingInstance } from "./pretraining-instance.ts";

/** Options of `pretrainingBatches`. */
export interface PretrainingBatchesOptions extends Omit<PretrainingBatchShape, "maxPredictions"> {
  readonly batchSize: number;
  /** Predicted positions per row, always the same or those of the n-th batch, counted from 0. A backend may compile for each. */
  readonly maxPredictions: number | ((batch: number) => number);
  /** What to do with the instances that do not fill a last batch: "drop" (default) keeps every shape equal. */
  readonly remainder?: "drop" | "keep";
}

/** Groups instances into batches of one fixed shape, as many as the instances give. */
export function* pretrainingBatches(
  instances: Iterable<PretrainingInstance>,
  options: PretrainingBatchesOptions,
): Generator<PretrainingBatch, void, undefined> {
  const { batchSize, maxPredictions, remainder = "drop" } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(
      `pretrainingBatches: batchSize must be a whole number of at least 1, got ${batchSize}. Pass another batchSize.`,
    );
  }
  let given = 0;
  const batchOf = (rows: readonly PretrainingInstance[]): PretrainingBatch =>
    pretrainingBatch(rows, {
      ...options,
      maxPredictions: typeof maxPredictions === "number" ? maxPredictions : maxPredictions(given++),
    });
  let rows: PretrainingInstance[] = [];
  for (const instance of instances) {
    rows.push(instance);
    if (rows.length < batchSize) continue;
    yield batchOf(rows);
    rows = [];
  }
  if (rows.length > 0 && remainder === "keep") yield batchOf(rows);
}
