/** What every tool takes: an array, a generator, a reader's rows. */
export type AnyIterable<Item> = Iterable<Item> | AsyncIterable<Item>;

/**
 * An AsyncIterable that runs `generate` anew each time it is iterated,
 * so a chain of tools over an array (or any other source that can be read twice) can be read twice.
 */
export function fromGenerator<Item>(generate: () => AsyncGenerator<Item, void, undefined>): AsyncIterable<Item> {
  return { [Symbol.asyncIterator]: generate };
}
