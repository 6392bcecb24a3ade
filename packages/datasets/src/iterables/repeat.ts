import { checkList } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import { checkCount } from "./check-count.ts";
import { type AnyIterable, fromGenerator } from "./any-iterable.ts";

/**
 * Repeats the items `times` times or endlessly; each pass iterates the source again. A source that can be read only
 * once (an open stream, a generator) throws at its second pass.
 */
export function repeat<Item>(items: AnyIterable<Item>, times: number = Infinity): AsyncIterable<Item> {
  checkList("repeat", "items", items, "items");
  if (times !== Infinity) checkCount("repeat", "times", times, 0);
  return fromGenerator(async function* () {
    for (let pass = 0; pass < times; pass++) {
      let empty = true;
      for await (const item of items) {
        empty = false;
        yield item;
      }
      if (!empty) continue;
      if (pass === 0) return;
      throw new DatasetError(
        "repeat",
        `the source had no items in pass ${pass + 1}: it can be read only once. Give the reader a function that opens the file, () => createReadStream(path), or collect the items into an array first.`,
      );
    }
  });
}
