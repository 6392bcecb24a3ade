import { callable, checkList, checkValue } from "@bertkit/checks";
import { type AnyIterable, fromGenerator } from "./any-iterable.ts";

/** The items for which `keep` is true, in order. */
export function filter<Item, Kept extends Item>(
  items: AnyIterable<Item>,
  keep: (item: Item, index: number) => item is Kept,
): AsyncIterable<Kept>;
export function filter<Item>(
  items: AnyIterable<Item>,
  keep: (item: Item, index: number) => boolean | Promise<boolean>,
): AsyncIterable<Item>;
export function filter<Item>(
  items: AnyIterable<Item>,
  keep: (item: Item, index: number) => boolean | Promise<boolean>,
): AsyncIterable<Item> {
  checkList("filter", "items", items, "items");
  checkValue("filter", "keep", keep, callable, "Pass a function of an item.");
  return fromGenerator(async function* () {
    let index = 0;
    for await (const item of items) if (await keep(item, index++)) yield item;
  });
}
