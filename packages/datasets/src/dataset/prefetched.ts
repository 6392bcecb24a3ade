/** Reads up to `count` items ahead, in order. If the consumer stops early, the source is closed. */
export async function* prefetched<Item>(
  items: AsyncIterable<Item>,
  count: number,
): AsyncGenerator<Item, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  const pending: Promise<IteratorResult<Item, unknown>>[] = [];
  let last: Promise<IteratorResult<Item, unknown>> | undefined;
  const pull = (): void => {
    const before = last;
    last = before === undefined ? iterator.next() : before.then((result) => (result.done ? result : iterator.next()));
    last.catch(() => {}); // thrown where it is awaited
    pending.push(last);
  };
  try {
    while (pending.length < count) pull();
    for (let next = await pending.shift()!; !next.done; next = await pending.shift()!) {
      pull();
      yield next.value;
    }
  } finally {
    await last?.catch(() => {});
    await iterator.return?.();
  }
}
