import type { AnyIterable } from "../iterables/any-iterable.ts";

/** Where a pass over a dataset starts. */
export interface Pass {
  /** Index of the pass, from 0. Random draws depend on the seed and this index. */
  readonly epoch: number;
  /** Number of items to skip. */
  readonly skip: number;
}

/** The parts of a dataset. */
export interface DatasetParts<Item> {
  readonly name: string;
  /** Number of items per pass; undefined if unknown, Infinity if endless. */
  readonly size: number | undefined;
  /** Reads a pass. The same pass always has the same items in the same order. */
  readonly open: (pass: Pass) => AsyncIterable<Item>;
}

/** The items after the first `count`. */
export async function* withoutFirst<Item>(
  items: AnyIterable<Item>,
  count: number,
): AsyncGenerator<Item, void, undefined> {
  let left = count;
  for await (const item of items) {
    if (left > 0) left--;
    else yield item;
  }
}
