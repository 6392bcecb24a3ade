import type { NoText } from "@bertkit/checks";

/** An array, a generator, or a reader's rows; not a text, whose items would be its letters. */
export type AnyIterable<Item> = (Iterable<Item> & NoText) | AsyncIterable<Item>;

/**
 * An AsyncIterable that calls `generate` for each iteration, so that a chain over a repeatable source, such as an
 * array, can be read repeatedly.
 */
export function fromGenerator<Item>(generate: () => AsyncGenerator<Item, void, undefined>): AsyncIterable<Item> {
  return { [Symbol.asyncIterator]: generate };
}
