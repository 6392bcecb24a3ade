import { checkList, checkOptions } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import { bucketRules } from "../option-rules.ts";
import { lengthOfItem } from "./item-length.ts";
import { type AnyIterable, fromGenerator } from "./any-iterable.ts";

export interface BucketOptions<Item> {
  /** The length of an item, such as its number of tokens. */
  readonly length: (item: Item) => number;
  /** Ascending upper bounds of buckets, inclusive; longer items form one more bucket. */
  readonly boundaries: readonly number[];
  /** Items per batch, or one number per bucket (boundaries + 1), for a similar number of tokens per batch. */
  readonly batchSize: number | readonly number[];
  /** Drop incomplete batches. */
  readonly dropRemainder?: boolean;
}

/**
 * Batches of items of similar length, to have little padding. A batch is returned as soon as its bucket is full;
 * incomplete batches follow at the end, shortest bucket first.
 */
export function bucketByLength<Item>(items: AnyIterable<Item>, options: BucketOptions<Item>): AsyncIterable<Item[]> {
  const where = "bucketByLength";
  checkOptions(where, options, bucketRules);
  checkList(where, "items", items, "items");
  const { length, boundaries, batchSize, dropRemainder = false } = options;
  const bucketCount = boundaries.length + 1;
  const sizes = typeof batchSize === "number" ? new Array<number>(bucketCount).fill(batchSize) : batchSize;
  if (sizes.length !== bucketCount) {
    throw new DatasetError(
      where,
      `batchSize must have one number per bucket, ${bucketCount}, got ${sizes.length}. ${boundaries.length} boundaries make ${bucketCount} buckets.`,
    );
  }
  for (let i = 1; i < boundaries.length; i++) {
    if (!(boundaries[i]! > boundaries[i - 1]!)) {
      throw new DatasetError(
        where,
        `boundaries must ascend, got ${boundaries.join(", ")}. Sort them and remove duplicates.`,
      );
    }
  }
  return fromGenerator(async function* () {
    const buckets = Array.from({ length: bucketCount }, (): Item[] => []);
    for await (const item of items) {
      const size = lengthOfItem(where, item, length);
      const place = boundaries.findIndex((boundary) => size <= boundary);
      const bucket = place < 0 ? bucketCount - 1 : place;
      buckets[bucket]!.push(item);
      if (buckets[bucket]!.length === sizes[bucket]) {
        yield buckets[bucket]!;
        buckets[bucket] = [];
      }
    }
    if (!dropRemainder) yield* buckets.filter((bucket) => bucket.length > 0);
  });
}
