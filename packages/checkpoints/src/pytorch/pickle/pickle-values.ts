/** A tuple of a pickle; its lists are arrays, its dicts Maps. */
export class PickleTuple {
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
