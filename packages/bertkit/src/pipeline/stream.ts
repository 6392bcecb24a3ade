import { nextTask } from "@bertkit/checks";

/** Maximum items read ahead of the model; among them, texts of similar length share a batch. */
const maxWaiting = 1024;

/**
 * The results of a stream of items, in order. Items that have arrived run together: up to 1,024 items of a fast stream,
 * a single item of an interactive one. Stopping early closes the stream.
 *
 * @param run computes the results of some items; the first has index `from` in the stream
 * @throws the stream's error, or that of an item, after the results of the previous items; the signal's reason instead
 *   of the next result
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
      let results: readonly Result[] | undefined;
      try {
        results = await run(taken, from);
      } catch (error) {
        if (taken.length === 1 || signal?.aborted === true) throw error;
      }
      for (const [i, item] of taken.entries()) {
        signal?.throwIfAborted();
        if (results !== undefined) yield results[i]!;
        else yield* await run([item], from + i); // up to the item that throws
      }
      from += taken.length;
    }
    await reading;
  } finally {
    queue.close();
    const closing = queue.isOver ? undefined : iterator.return?.();
    // A stream that still waits for its next item closes only when that arrives: do not wait for it here.
    const soon = nextTask();
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

/** A queue of items from a reader to a consumer that takes all available items. */
class Queue<Item> {
  isOver = false;
  /** Whether an item has been requested from the stream that has not arrived yet. */
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

  /** Waits until the queue can take an item; false if the consumer has stopped. */
  async hasRoom(): Promise<boolean> {
    while (!this.#closed && this.#items.length >= maxWaiting) await this.#change();
    return !this.#closed;
  }

  /** All available items, at least one; none at the end. */
  async take(signal: AbortSignal | undefined): Promise<Item[]> {
    const onAbort = (): void => this.#changed();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      signal?.throwIfAborted();
      while (this.#items.length === 0 && !this.isOver) {
        await this.#change();
        signal?.throwIfAborted();
      }
      // Lets a stream deliver items that are already available.
      let before = 0;
      while (!this.isOver && this.#items.length < maxWaiting && this.#items.length > before) {
        before = this.#items.length;
        await nextTask();
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
