import { DatasetError } from "../dataset-error.ts";
import { checkCount } from "../iterables/check-count.ts";
import type { DatasetParts } from "./pass.ts";

/** Repeats a dataset, each time with its next pass, so that shuffled items get a new order. */
export function repeated<Item>(parts: DatasetParts<Item>, times: number): DatasetParts<Item> {
  if (times !== Infinity) checkCount("Dataset.repeat", "times", times, 0);
  const { name, size, open } = parts;
  return {
    name,
    size: size === 0 || times === 0 ? 0 : size === undefined ? undefined : size * times,
    open: async function* ({ epoch, skip }) {
      const first = times === Infinity ? epoch : epoch * times;
      const isKnown = size !== undefined && size > 0 && size < Infinity;
      let left = isKnown ? skip % size : skip;
      for (let pass = isKnown ? Math.floor(skip / size) : 0; pass < times; pass++) {
        let count = isKnown ? left : 0;
        for await (const item of open({ epoch: first + pass, skip: isKnown ? left : 0 })) {
          count++;
          if (!isKnown && left > 0) left--;
          else yield item;
        }
        if (isKnown) left = 0;
        if (count === 0 && times === Infinity) {
          if (pass === 0) return;
          throw new DatasetError(
            "Dataset.repeat",
            `${name} had no items in pass ${first + pass}. It would repeat forever; check which step removes all items.`,
          );
        }
      }
    },
  };
}
