/**
 * A priority queue of symbol pairs: most frequent first, then lowest ids. Counts may be stale: the caller compares the
 * count of a popped pair with the true one and pushes the pair again if it fell.
 */
export class PairQueue {
  readonly #pairs: number[] = [];
  readonly #counts: number[] = [];

  get size(): number {
    return this.#pairs.length;
  }

  push(pair: number, count: number): void {
    let at = this.#pairs.length;
    this.#pairs.push(pair);
    this.#counts.push(count);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Removes and returns the first pair; undefined if empty. */
  pop(): { pair: number; count: number } | undefined {
    const last = this.#pairs.length - 1;
    if (last < 0) return undefined;
    this.#swap(0, last);
    const pair = this.#pairs.pop()!;
    const count = this.#counts.pop()!;
    for (let at = 0; ;) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < last && this.#before(child, first)) first = child;
      if (first === at) break;
      this.#swap(at, first);
      at = first;
    }
    return { pair, count };
  }

  #before(a: number, b: number): boolean {
    const difference = this.#counts[a]! - this.#counts[b]!;
    return difference > 0 || (difference === 0 && this.#pairs[a]! < this.#pairs[b]!);
  }

  #swap(a: number, b: number): void {
    const pair = this.#pairs[a]!;
    const count = this.#counts[a]!;
    this.#pairs[a] = this.#pairs[b]!;
    this.#counts[a] = this.#counts[b]!;
    this.#pairs[b] = pair;
    this.#counts[b] = count;
  }
}
