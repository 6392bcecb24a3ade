import { checkList, checkOptions } from "@bertkit/checks";
import { batchRules } from "../option-rules.ts";
import { checkCount } from "./check-count.ts";
import { type AnyIterable, fromGenerator } from "./any-iterable.ts";

export interface BatchOptions {
  /** Drop an incomplete last batch. */
  readonly dropRemainder?: boolean;
}

/** Groups consecutive items into arrays of `size`; the last may be shorter. */
export function batch<Item>(items: AnyIterable<Item>, size: number, options: BatchOptions = {}): AsyncIterable<Item[]> {
  checkOptions("batch", options, batchRules);
  checkList("batch", "items", items, "items");
  const { dropRemainder = false } = options;
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
