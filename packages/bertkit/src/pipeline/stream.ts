/** Items read ahead of the model; texts of similar length among them share a batch. */
const mostWaiting = 1024;

/**
 * The results of a stream of items, in their order. What has arrived is run together: everything up to 1,024 items of a
 * stream that is fast, a single item of one that waits for an answer. Stopping early closes the stream.
 *
 * @param run the results of some items, of which the first is number `from` of the stream
 * @throws what the stream throws, after the results of the items before
 */
export async function* runStream<Item, Result>(
  items: AsyncIterable<Item>,
  run: (items: readonly Item[], from: number) => Promise<readonly Result[]>,
  signal?: AbortSignal,
): AsyncGenerator<Result, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  const queue = new Queue<Item>();
  const reading = readInto(queue, iterator);
  let from = 0;
  try {
    for (;;) {
      const taken = await queue.take(signal);
      if (taken.length === 0) break;
      yield* await run(taken, from);
      from += taken.length;
    }
    await reading;
  } finally {
    queue.close();
    const closing = queue.isOver ? undefined : iterator.return?.();
    // A stream that waits for its next item closes when it has it; one that has it at hand gets the time to.
    const soon = new Promise((resolve) => setTimeout(resolve));
    await (queue.isReading ? Promise.race([closing?.catch(() => {}), soon]) : closing);
  }
}

async function readInto<Item>(queue: Queue<Item>, iterator: AsyncIterator<Item>): Promise<void> {
  try {
    while (await queue.hasRoom()) {
      queue.isReading = true;
      const { done, value } = await iterator.next();
      queue.isReading = false;
      if (done === true) return queue.end();
      queue.put(value);
    }
  } catch (error) {
    queue.isReading = false;
    queue.end(error);
  }
}

/** Items on their way from a reader to one who takes all that are there. */
class Queue<Item> {
  isOver = false;
  /** Whether the stream has been asked for an item that is not there yet. */
  isReading = false;
  #items: Item[] = [];
  #failure: { readonly error: unknown } | undefined;
  #closed = false;
  #wake: (() => void)[] = [];

  put(item: Item): void {
    this.#items.push(item);
    this.#changed();
  }

  end(...failure: unknown[]): void {
    this.isOver = true;
    if (failure.length > 0) this.#failure = { error: failure[0] };
    this.#changed();
  }

  close(): void {
    this.#closed = true;
    this.#changed();
  }

  /** Waits until there is room for an item; false where no one takes any more. */
  async hasRoom(): Promise<boolean> {
    while (!this.#closed && this.#items.length >= mostWaiting) await this.#change();
    return !this.#closed;
  }

  /** Everything that is there, at least one item; nothing at the end. */
  async take(signal: AbortSignal | undefined): Promise<Item[]> {
    const onAbort = (): void => this.#changed();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      signal?.throwIfAborted();
      while (this.#items.length === 0 && !this.isOver) {
        await this.#change();
        signal?.throwIfAborted();
      }
      // Lets a stream that has more at hand give it.
      let before = 0;
      while (!this.isOver && this.#items.length < mostWaiting && this.#items.length > before) {
        before = this.#items.length;
        await new Promise((resolve) => setTimeout(resolve));
      }
      const taken = this.#items;
      this.#items = [];
      this.#changed();
      if (taken.length === 0 && this.#failure) throw this.#failure.error;
      return taken;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #changed(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const each of wake) each();
  }
}
