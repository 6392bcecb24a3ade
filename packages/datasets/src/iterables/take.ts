import { checkList } from "@bertkit/checks";
import { checkCount } from "./check-count.ts";
import { type AnyIterable, fromGenerator } from "./any-iterable.ts";

/** The first `count` items; the source is then closed, and no further item is read. */
export function take<Item>(items: AnyIterable<Item>, count: number): AsyncIterable<Item> {
  checkCount("take", "count", count, 0);
  checkList("take", "items", items, "items");
  return fromGenerator(async function* () {
    if (count === 0) return;
    let taken = 0;
    for await (const item of items) {
      yield item;
      if (++taken === count) return;
    }
  });
}
