/** Random choices for one generated case, determined by seed and case number only. */
export class Dice {
  #state: number;

  constructor(seed: number, number: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b);
  }

  /** An integer from low to high, inclusive. */
  integer(low: number, high: number): number {
    // splitmix32
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = Math.imul(this.#state ^ (this.#state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return low + Math.floor((((z ^ (z >>> 15)) >>> 0) / 2 ** 32) * (high - low + 1));
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)]!;
  }

  /** True with probability 1 / inTimes. */
  once(inTimes: number): boolean {
    return this.integer(1, inTimes) === 1;
  }

  /** From `min` to `max` items. */
  several<T>(min: number, max: number, make: (i: number) => T): T[] {
    return Array.from({ length: this.integer(min, max) }, (_, i) => make(i));
  }
}
