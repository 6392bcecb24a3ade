import { checkOptions } from "@bertkit/checks";
import { collect } from "../iterables/collect.ts";
import { randomInteger } from "../iterables/random-integer.ts";
import { shuffle } from "../iterables/shuffle.ts";
import { seededShuffleRules } from "../option-rules.ts";
import { type DatasetParts, withoutFirst } from "./pass.ts";
import { requireEnd } from "./require-end.ts";
import { seededRandom } from "./seeded-random.ts";

export interface SeededShuffleOptions {
  /** The same seed gives the same orders; each pass has a new one. */
  readonly seed: number;
  /** Size of the shuffle buffer in items. Without it, all items are read first, and all orders are equally likely. */
  readonly bufferSize?: number;
}

/** A dataset in random order. */
export function shuffled<Item>(parts: DatasetParts<Item>, options: SeededShuffleOptions): DatasetParts<Item> {
  checkOptions("Dataset.shuffle", options, seededShuffleRules);
  const { seed, bufferSize } = options;
  if (bufferSize === undefined) requireEnd(parts, "Dataset.shuffle", "Shuffle before repeat, or set bufferSize.");
  return {
    name: parts.name,
    size: parts.size,
    open: async function* ({ epoch, skip }) {
      const items = parts.open({ epoch, skip: 0 });
      const random = seededRandom(seed, epoch);
      if (bufferSize !== undefined) return yield* withoutFirst(shuffle(items, { bufferSize, random }), skip);
      const all = await collect(items);
      for (let i = 0; i < all.length; i++) {
        const other = i + randomInteger("Dataset.shuffle", random, all.length - i); // Fisher–Yates
        const item = all[other]!;
        all[other] = all[i]!;
        all[i] = undefined as Item; // returned, and no longer kept in memory
        if (i >= skip) yield item;
      }
    },
  };
}
