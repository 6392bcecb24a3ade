import { checkList, checkObject, checkOptions, type NoText } from "@bertkit/checks";
import { joined } from "./joined.ts";
import { packRules } from "./option-rules.ts";
import type { PretrainingInstance } from "./pretraining-instance.ts";

export interface PackInstancesOptions {
  /** Tokens of a row. */
  readonly length: number;
  /** Number of rows that are filled at a time. More rows have less padding. Default 64. */
  readonly open?: number;
}

/**
 * Packs several instances into one, for masked LM without padding: each is added to the fullest row in which it fits (best
 * fit: Johnson, 1974). In batches of them (`pretrainingBatch`) a token only attends to its own sequence, with positions
 * from 0. Next-sentence labels are lost.
 *
 * @throws RangeError for an instance of more than `length` tokens
 */
export function* packInstances(
  instances: Iterable<PretrainingInstance> & NoText,
  options: PackInstancesOptions,
): Generator<PretrainingInstance, void, undefined> {
  checkOptions("packInstances", options, packRules);
  checkList("packInstances", "instances", instances, "instances");
  const { length, open = 64 } = options;
  const rows: Row[] = []; // ascending by free tokens
  for (const instance of instances) {
    checkObject("packInstances", "an instance", instance, "an instance of createInstances", ...fields);
    const count = instance.inputIds.length;
    if (count > length)
      throw new RangeError(
        `packInstances: an instance has ${count} tokens, more than length ${length}. Raise length or make shorter instances.`,
      );
    let place = rows.findIndex(({ space }) => space >= count);
    if (place < 0) {
      if (rows.length === open) yield packed(rows.shift()!);
      place = rows.length;
      rows.push({ space: length, parts: [] });
    }
    const row = rows[place]!;
    row.parts.push(instance);
    row.space -= count;
    if (row.space === 0) {
      rows.splice(place, 1);
      yield packed(row);
      continue;
    }
    for (; place > 0 && rows[place - 1]!.space > row.space; place--) rows[place] = rows[place - 1]!;
    rows[place] = row;
  }
  for (const row of rows) yield packed(row);
}

const fields = ["inputIds", "tokenTypeIds", "maskedPositions", "maskedIds"];

interface Row {
  /** Tokens that are free. */
  space: number;
  readonly parts: PretrainingInstance[];
}

function packed({ parts }: Row): PretrainingInstance {
  let start = 0;
  const positions = parts.map(({ inputIds, maskedPositions }) => {
    const moved = maskedPositions.map((position) => position + start);
    start += inputIds.length;
    return moved;
  });
  return {
    inputIds: joined(parts.map(({ inputIds }) => inputIds)),
    tokenTypeIds: joined(parts.map(({ tokenTypeIds }) => tokenTypeIds)),
    maskedPositions: joined(positions),
    maskedIds: joined(parts.map(({ maskedIds }) => maskedIds)),
    sequenceLengths: joined(parts.map((part) => part.sequenceLengths ?? Int32Array.of(part.inputIds.length))),
    isRandomNext: false,
  };
}
