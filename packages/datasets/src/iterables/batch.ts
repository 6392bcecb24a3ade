import { checkCount } from "./check-count.ts";
import { type AnyIterable, fromGenerator } from "./any-iterable.ts";

export interface BatchOptions {
  /** Drop an incomplete last batch. */
  dropRemainder?: boolean;
}

/** Groups consecutive items into arrays of `size`; the last may be shorter. */
export function batch<Item>(
  items: AnyIterable<Item>,
  size: number,
  { dropRemainder = false }: BatchOptions = {},
): AsyncIterable<Item[]> {
  checkCount("batch", "size", size);
  return fromGenerator(async function* () {
    let current: Item[] = [];
    for await (const item of items) {
      current.push(item);
      if (current.length === size) {
        yield current;
        current = [];
      }
    }
    if (current.length > 0 && !dropRemainder) yield current;
  });
}
