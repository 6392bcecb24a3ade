import { checkList } from "@bertkit/checks";
import { type AnyIterable, fromGenerator } from "./any-iterable.ts";

/** All items of the first source, then of the second, and so on. */
export function concat<Item>(...sources: readonly AnyIterable<Item>[]): AsyncIterable<Item> {
  sources.forEach((source, i) => checkList("concat", `source ${i}`, source, "items"));
  return fromGenerator(async function* () {
    for (const source of sources) yield* source;
  });
}
