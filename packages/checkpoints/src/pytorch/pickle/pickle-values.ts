/**
 * A dict of a pickle: alternating keys and values in insertion order; a later value of a key wins. Not a Map, because a
 * malicious file could choose keys that all collide.
 */
export class PickleDict {
  readonly items: unknown[] = [];

  set(key: unknown, value: unknown): void {
    this.items.push(key, value);
  }

  /** The value of a string key, by linear search. */
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

/** A function that a pickle may call, from the allow-list. */
export class PickleFunction {
  readonly name: string;
  readonly call: (args: readonly unknown[]) => unknown;

  constructor(name: string, call: (args: readonly unknown[]) => unknown) {
    this.name = name;
    this.call = call;
  }
}

/** What a pickle may refer to outside itself. */
export interface PickleWorld {
  /** The value of a global. Throws if it is not allowed. */
  global(module: string, name: string): unknown;
  /** The storage of a persistent id. Throws on any other id. */
  persistent(id: unknown): unknown;
}
