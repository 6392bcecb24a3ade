import { checkList, checkOptions } from "@bertkit/checks";
import { batchesRules } from "./option-rules.ts";
import { type PretrainingBatch, pretrainingBatch, type PretrainingBatchShape } from "./pretraining-batch.ts";
import type { PretrainingInstance } from "./pretraining-instance.ts";

/** Options of `pretrainingBatches`. */
export interface PretrainingBatchesOptions extends Omit<PretrainingBatchShape, "maxPredictions"> {
  readonly batchSize: number;
  /** Predictions per row, constant or as a function of the batch's index. A backend may compile for each. */
  readonly maxPredictions: number | ((batch: number) => number);
  /** What to do with an incomplete last batch: "drop" (default) keeps all shapes equal. */
  readonly remainder?: "drop" | "keep";
}

/** Groups instances into batches of one fixed shape. */
export function* pretrainingBatches(
  instances: Iterable<PretrainingInstance>,
  options: PretrainingBatchesOptions,
): Generator<PretrainingBatch, void, undefined> {
  checkOptions("pretrainingBatches", options, batchesRules);
  checkList("pretrainingBatches", "instances", instances, "instances");
  const { batchSize, maxPredictions, remainder = "drop", ...shape } = options;
  let given = 0;
  let batches = 0;
  const batchOf = (rows: readonly PretrainingInstance[]): PretrainingBatch =>
    pretrainingBatch(rows, {
      ...shape,
      maxPredictions: typeof maxPredictions === "number" ? maxPredictions : maxPredictions(given++),
    });
  let rows: PretrainingInstance[] = [];
  for (const instance of instances) {
    rows.push(instance);
    if (rows.length < batchSize) continue;
    yield batchOf(rows);
    batches++;
    rows = [];
  }
  if (rows.length > 0 && remainder === "keep") yield batchOf(rows);
  else if (batches === 0 && rows.length > 0)
    throw new RangeError(
      `pretrainingBatches: ${rows.length} instances do not fill a batch of ${batchSize}, so there would be none. Lower batchSize, or pass remainder: "keep".`,
    );
}
