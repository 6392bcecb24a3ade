import type { AnyIterable } from "../iterables/any-iterable.ts";

/** Where a pass over a dataset starts. */
export interface Pass {
  /** The number of the pass, from 0. What is random is drawn again for each, from the seed and this number. */
  readonly epoch: number;
  /** How many of its items were given before, and are left out. */
  readonly skip: number;
}

/** What a dataset is made of. */
export interface DatasetParts<Item> {
  readonly name: string;
  /** Items in a pass; undefined where only reading them tells, Infinity where there is no end. */
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
