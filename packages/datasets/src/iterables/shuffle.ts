import { checkCount } from "./check-count.ts";
import { type AnyIterable, fromGenerator } from "./any-iterable.ts";
import { type Random, randomInteger } from "./random-integer.ts";

export interface ShuffleOptions {
  /** Items held at once. The order is uniform where the buffer holds them all, and local where it does not. */
  bufferSize: number;
  random: Random;
}

/**
 * Items in random order, in bounded memory: each item pulled takes the place of a random one of the buffer,
 * which goes out; at the end the rest goes out in random order (the scheme of tf.data's shuffle).
 */
export function shuffle<Item>(items: AnyIterable<Item>, { bufferSize, random }: ShuffleOptions): AsyncIterable<Item> {
  checkCount("shuffle", "bufferSize", bufferSize);
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
