import { callable, checkList, checkValue } from "@bertkit/checks";
import { type AnyIterable, fromGenerator } from "./any-iterable.ts";

/** Maps each item in order; a promise is awaited before the next item is read. */
export function map<Item, Result>(
  items: AnyIterable<Item>,
  transform: (item: Item, index: number) => Result | Promise<Result>,
): AsyncIterable<Result> {
  checkList("map", "items", items, "items");
  checkValue("map", "transform", transform, callable, "Pass a function of an item.");
  return fromGenerator(async function* () {
    let index = 0;
    for await (const item of items) yield await transform(item, index++);
  });
}
