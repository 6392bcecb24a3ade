/**
 * A dict of a pickle: keys and values in turn, in the order in which they were set, a later one of a key in place of the
 * earlier. Not a Map: a file could choose numbers that all fall into one of its buckets.
 */
export class PickleDict {
  readonly items: unknown[] = [];

  set(key: unknown, value: unknown): void {
    this.items.push(key, value);
  }

  /** The value of a text; one look through all items. */
  get(key: string): unknown {
    const at = this.items.findLastIndex((item, i) => i % 2 === 0 && item === key);
    return at < 0 ? undefined : this.items[at + 1];
  }
}

/** A tuple of a pickle; its lists are arrays. */
export class PickleTuple {
  static readonly empty: PickleTuple = new PickleTuple([]);
  readonly items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

/** Something that a pickle may call: what its allow-list gives for a global. */
export class PickleFunction {
  readonly name: string;
  readonly call: (args: readonly unknown[]) => unknown;

  constructor(name: string, call: (args: readonly unknown[]) => unknown) {
    this.name = name;
    this.call = call;
  }
}

/** What a pickle may reach outside itself. */
export interface PickleWorld {
  /** What a global stands for. Throws for whatever is not allowed. */
  global(module: string, name: string): unknown;
  /** What an id of the file's own stands for: a storage. Throws for any other. */
  persistent(id: unknown): unknown;
}
