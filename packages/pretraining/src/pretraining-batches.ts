import { type PretrainingBatch, pretrainingBatch, type PretrainingBatchShape } from "./pretraining-batch.ts";
import type { PretrainingInstance } from "./pretraining-instance.ts";

/** Options of `pretrainingBatches`. */
export interface PretrainingBatchesOptions extends PretrainingBatchShape {
  readonly batchSize: number;
  /** What to do with the instances that do not fill a last batch: "drop" (default) keeps every shape equal. */
  readonly remainder?: "drop" | "keep";
}

/** Groups instances into batches of one fixed shape, as many as the instances give. */
export function* pretrainingBatches(
  instances: Iterable<PretrainingInstance>,
  options: PretrainingBatchesOptions,
): Generator<PretrainingBatch, void, undefined> {
  const { batchSize, remainder = "drop" } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(
      `pretrainingBatches: batchSize must be a whole number of at least 1, got ${batchSize}. Pass another batchSize.`,
    );
  }
  let rows: PretrainingInstance[] = [];
  for (const instance of instances) {
    rows.push(instance);
    if (rows.length < batchSize) continue;
    yield pretrainingBatch(rows, options);
    rows = [];
  }
  if (rows.length > 0 && remainder === "keep") yield pretrainingBatch(rows, options);
}
