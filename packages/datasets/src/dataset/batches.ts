import { checkOptions } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import { lengthOfItem } from "../iterables/item-length.ts";
import { datasetBatchRules } from "../option-rules.ts";
import { type DatasetParts, withoutFirst } from "./pass.ts";

/** Options of batches: by number of items or by a budget of tokens, optionally in buckets of similar length. */
export interface BatchOptions<Item> {
  /** Maximum items per batch. Required unless `maxTokens` is given. */
  readonly size?: number;
  /**
   * Maximum tokens per batch, including padding: the longest item's length times the number of items. Needs `length`.
   */
  readonly maxTokens?: number;
  /** Number of tokens of an item. */
  readonly length?: (item: Item) => number;
  /**
   * Ascending upper bounds of buckets, inclusive; longer items form one more bucket. A batch has items of one bucket
   * and is returned as soon as it is full; incomplete batches follow at the end, shortest bucket first. Needs `length`.
   */
  readonly boundaries?: readonly number[];
  /** Drop incomplete batches. */
  readonly dropRemainder?: boolean;
}

const where = "Dataset.batch";

/** Batches of a dataset. With `size` alone their number is known, and skipping batches is as fast as skipping items. */
export function batches<Item>(parts: DatasetParts<Item>, options: BatchOptions<Item>): DatasetParts<Item[]> {
  check(options);
  const { size, maxTokens, length, boundaries = [], dropRemainder = false } = options;
  const isPlain = size !== undefined && maxTokens === undefined && boundaries.length === 0;
  return {
    name: parts.name,
    size:
      isPlain && parts.size !== undefined
        ? dropRemainder
          ? Math.floor(parts.size / size)
          : Math.ceil(parts.size / size)
        : undefined,
    open: ({ epoch, skip }) =>
      isPlain
        ? grouped(parts.open({ epoch, skip: skip * size }))
        : withoutFirst(grouped(parts.open({ epoch, skip: 0 })), skip),
  };

  async function* grouped(items: AsyncIterable<Item>): AsyncGenerator<Item[], void, undefined> {
    const buckets = Array.from({ length: boundaries.length + 1 }, () => ({ items: [] as Item[], longest: 0 }));
    for await (const item of items) {
      const tokens = length === undefined ? 0 : lengthOfItem(where, item, length);
      const place = boundaries.findIndex((boundary) => tokens <= boundary);
      const bucket = buckets[place < 0 ? boundaries.length : place]!;
      const longest = Math.max(bucket.longest, tokens);
      if (maxTokens !== undefined) {
        if (tokens > maxTokens) throw tooLong(tokens, maxTokens);
        if (bucket.items.length > 0 && longest * (bucket.items.length + 1) > maxTokens) {
          yield bucket.items;
          Object.assign(bucket, { items: [], longest: 0 });
        }
      }
      bucket.items.push(item);
      bucket.longest = Math.max(bucket.longest, tokens);
      if (bucket.items.length === size) {
        yield bucket.items;
        Object.assign(bucket, { items: [], longest: 0 });
      }
    }
    if (!dropRemainder) for (const bucket of buckets) if (bucket.items.length > 0) yield bucket.items;
  }
}

function tooLong(tokens: number, maxTokens: number): DatasetError {
  return new DatasetError(
    where,
    `an item has ${tokens} tokens, more than maxTokens, ${maxTokens}. Truncate items, filter such out, or raise maxTokens.`,
  );
}

function check<Item>(options: BatchOptions<Item>): void {
  checkOptions(where, options, datasetBatchRules);
  const { size, maxTokens, length, boundaries } = options;
  if (size === undefined && maxTokens === undefined)
    throw new DatasetError(where, "needs a size or maxTokens, got neither. Pass the number of items, batch(32).");
  const asks = maxTokens !== undefined ? "maxTokens" : boundaries !== undefined ? "boundaries" : undefined;
  if (asks !== undefined && typeof length !== "function")
    throw new DatasetError(
      where,
      `${asks} needs length, a function that gives an item's tokens. Pass length: (item) => item.ids.length.`,
    );
  boundaries?.forEach((boundary, i) => {
    if (!(boundary > (boundaries[i - 1] ?? -Infinity)))
      throw new DatasetError(
        where,
        `boundaries must ascend, got ${boundaries.slice(0, 20).join(", ")}. Sort them, each once.`,
      );
  });
}
