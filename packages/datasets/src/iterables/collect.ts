import { checkList } from "@bertkit/checks";
import type { AnyIterable } from "./any-iterable.ts";

/** All items in one array. */
export async function collect<Item>(items: AnyIterable<Item>): Promise<Item[]> {
  checkList("collect", "items", items, "items");
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
