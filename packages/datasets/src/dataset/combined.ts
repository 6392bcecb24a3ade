import { checkObjects, checkOptions } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import { interleaveRules, mixRules } from "../option-rules.ts";
import { type DatasetParts, type Pass, withoutFirst } from "./pass.ts";
import { seededRandom } from "./seeded-random.ts";

/** When a combination of datasets ends: with the first dataset that ends, or with the last. */
export type Until = "first" | "all";

export interface InterleaveOptions {
  /** Default "all": when one has ended, the others continue. */
  readonly until?: Until;
}

export interface MixOptions {
  readonly seed: number;
  /** Default "all": when one has ended, the others continue by their weights. */
  readonly until?: Until;
}

/** @throws TypeError unless these are datasets */
function checkDatasets(where: string, name: string, datasets: readonly unknown[]): void {
  checkObjects(where, name, datasets, "a Dataset", "open");
}

/** All items of the first dataset, then of the second, and so on. Skips whole datasets whose size is known. */
export function concatenated<Item>(all: readonly DatasetParts<Item>[]): DatasetParts<Item> {
  checkDatasets("Dataset.concat", "datasets", all);
  return {
    name: all.map(({ name }) => name).join(" + "),
    size: sum(all),
    open: async function* ({ epoch, skip }) {
      let left = skip;
      for (const { size, open } of all) {
        if (size !== undefined && size <= left) {
          left -= size;
        } else if (size !== undefined || left === 0) {
          yield* open({ epoch, skip: left });
          left = 0;
        } else {
          for await (const item of open({ epoch, skip: 0 })) {
            if (left > 0) left--;
            else yield item;
          }
        }
      }
    },
  };
}

/** Alternates between the datasets. */
export function interleaved<Item>(all: readonly DatasetParts<Item>[], options: InterleaveOptions): DatasetParts<Item> {
  checkOptions("Dataset.interleave", options, interleaveRules);
  const { until = "all" } = options;
  checkDatasets("Dataset.interleave", "datasets", all);
  checkSome("Dataset.interleave", all);
  return {
    name: all.map(({ name }) => name).join(" | "),
    size: until === "all" ? sum(all) : firstEnd(all),
    open: ({ epoch, skip }) =>
      withoutFirst(
        chosen(all, epoch, until, (open, turn) => open[turn % open.length]!),
        skip,
      ),
  };
}

function firstEnd(all: readonly DatasetParts<unknown>[]): number | undefined {
  if (all.some(({ size }) => size === undefined)) return undefined;
  const min = Math.min(...all.map(({ size }) => size!));
  return min * all.length + all.findIndex(({ size }) => size === min);
}

/** Draws the dataset of each item by weight. */
export function mixed<Item>(
  entries: readonly { dataset: DatasetParts<Item>; weight: number }[],
  options: MixOptions,
): DatasetParts<Item> {
  const where = "Dataset.mix";
  checkOptions(where, options, mixRules);
  const { seed, until = "all" } = options;
  checkObjects(where, "entries", entries, "{ dataset, weight }", "dataset", "weight");
  checkDatasets(
    where,
    "datasets",
    entries.map(({ dataset }) => dataset),
  );
  checkSome(where, entries);
  for (const { dataset, weight } of entries)
    if (!(weight > 0 && weight < Infinity))
      throw new DatasetError(
        where,
        `weight must be a positive number, got ${String(weight)} for ${dataset.name}. Leave the dataset out, or give it a weight.`,
      );
  const all = entries.map(({ dataset }) => dataset);
  const weights = new Map(entries.map(({ weight }, i) => [i, weight]));
  return {
    name: all.map(({ name }) => name).join(" | "),
    size: until === "all" ? sum(all) : undefined,
    open: ({ epoch, skip }) => {
      const random = seededRandom(seed, epoch);
      const draw = (open: readonly number[]): number => {
        let point = random() * open.reduce((total, i) => total + weights.get(i)!, 0);
        return open.find((i) => (point -= weights.get(i)!) < 0) ?? open.at(-1)!;
      };
      return withoutFirst(chosen(all, epoch, until, draw), skip);
    },
  };
}

/** Takes each item from the dataset that `choose` selects among those that have not ended. */
async function* chosen<Item>(
  all: readonly DatasetParts<Item>[],
  epoch: number,
  until: Until,
  choose: (open: readonly number[], turn: number) => number,
): AsyncGenerator<Item, void, undefined> {
  const pass: Pass = { epoch, skip: 0 };
  const iterators = all.map(({ open }) => open(pass)[Symbol.asyncIterator]());
  let open = all.map((_, i) => i);
  try {
    for (let turn = 0; open.length > 0;) {
      const index = choose(open, turn);
      const next = await iterators[index]!.next();
      if (!next.done) {
        yield next.value;
        turn = open.indexOf(index) + 1;
        continue;
      }
      if (until === "first") return;
      turn = open.indexOf(index); // the next takes its place
      open = open.filter((other) => other !== index);
    }
  } finally {
    for (const iterator of iterators) await iterator.return?.();
  }
}

function sum(all: readonly DatasetParts<unknown>[]): number | undefined {
  return all.reduce<number | undefined>(
    (total, { size }) => (total === undefined || size === undefined ? undefined : total + size),
    0,
  );
}

function checkSome(where: string, all: readonly unknown[]): void {
  if (all.length === 0) throw new DatasetError(where, "needs at least one dataset, got none. Pass a list of datasets.");
}
