import { checkList, checkOptions } from "@bertkit/checks";
import { shuffleRules } from "../option-rules.ts";
import { type AnyIterable, fromGenerator } from "./any-iterable.ts";
import { type Random, randomInteger } from "./random-integer.ts";

export interface ShuffleOptions {
  /** Size of the buffer in items. The order is uniform if the buffer holds all items, otherwise local. */
  readonly bufferSize: number;
  readonly random: Random;
}

/**
 * Shuffles items in bounded memory: each new item replaces a random item of the buffer, which is returned; at the end
 * the rest follows in random order, as in tf.data's shuffle.
 */
export function shuffle<Item>(items: AnyIterable<Item>, options: ShuffleOptions): AsyncIterable<Item> {
  checkOptions("shuffle", options, shuffleRules);
  checkList("shuffle", "items", items, "items");
  const { bufferSize, random } = options;
  return fromGenerator(async function* () {
    const buffer: Item[] = [];
    for await (const item of items) {
      if (buffer.length < bufferSize) {
        buffer.push(item);
        continue;
      }
      const place = randomInteger("shuffle", random, bufferSize);
      const out = buffer[place]!;
      buffer[place] = item;
      yield out;
    }
    while (buffer.length > 0) {
      const place = randomInteger("shuffle", random, buffer.length);
      const out = buffer[place]!;
      buffer[place] = buffer[buffer.length - 1]!;
      buffer.pop();
      yield out;
    }
  });
}
