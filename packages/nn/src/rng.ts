import { callable, checkArray, checkValue, shown, wholeNumber } from "@bertkit/checks";

/** A source of random numbers. */
export interface RandomSource {
  /** The next number in [0, 1). */
  random(): number;
  /** The next integer in [low, high], inclusive. */
  integer(low: number, high: number): number;
  /** Shuffles in place (Fisher–Yates). */
  shuffle<T>(items: T[]): void;
}

/** The state of an `Rng`, as plain JSON. */
export type RngState = readonly [number, number, number, number];

/**
 * A seeded random number generator: xoshiro128** (Blackman & Vigna, 2018), seeded by splitmix32.
 * There is no global generator; pass one wherever randomness is needed.
 */
export class Rng implements RandomSource {
  readonly #state: Uint32Array;

  /** @param seed any safe integer; equal seeds give equal numbers, others different ones */
  constructor(seed: number) {
    checkValue("Rng", "the seed", seed, wholeNumber(Number.MIN_SAFE_INTEGER), "Equal seeds give equal numbers.");
    this.#state = Uint32Array.from(wordsOf(seed));
  }

  /** A generator that resumes from a saved state. */
  static fromState(state: RngState): Rng {
    const rng = new Rng(0);
    rng.restore(state);
    return rng;
  }

  state(): RngState {
    return Array.from(this.#state) as unknown as RngState;
  }

  restore(state: RngState): void {
    checkArray("Rng.restore", "the state", state, "four numbers");
    const fits = state.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32);
    if (!fits || (state.length as number) !== 4 || state.every((word) => word === 0))
      throw new RangeError(
        `Rng.restore: a state is four 32-bit words, not all zero, got [${state.slice(0, 8).map(shown).join()}]. Pass what state() gave.`,
      );
    this.#state.set(state);
  }

  /** The next 32 random bits. */
  bits(): number {
    const s = this.#state;
    // By index: destructuring uses the array's iterator, which made a draw three times slower.
    const s0 = s[0]!;
    const s1 = s[1]!;
    const s2 = s[2]!;
    const s3 = s[3]!;
    const scrambled = Math.imul(s1, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const x2 = s2 ^ s0;
    const x3 = s3 ^ s1;
    s[1] = s1 ^ x2;
    s[0] = s0 ^ x3;
    s[2] = x2 ^ (s1 << 9);
    s[3] = (x3 << 11) | (x3 >>> 21);
    return result;
  }

  random(): number {
    return ((this.bits() >>> 5) * 67108864 + (this.bits() >>> 6)) / 2 ** 53;
  }

  integer(low: number, high: number): number {
    if (!(Number.isSafeInteger(low) && Number.isSafeInteger(high) && low <= high))
      throw new RangeError(
        `Rng.integer: low and high must be whole numbers, low no larger than high, got ${shown(low)} and ${shown(high)}.`,
      );
    return low + Math.floor(this.random() * (high - low + 1));
  }

  shuffle<T>(items: T[]): void {
    checkArray("Rng.shuffle", "items", items, "items");
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(0, i);
      const moved = items[i]!;
      items[i] = items[j]!;
      items[j] = moved;
    }
  }

  /** Standard normal (Box & Muller, 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.random()));
    return radius * Math.cos(2 * Math.PI * this.random());
  }

  /** Standard normal, drawn again if beyond two standard deviations, as in `tf.truncated_normal`. */
  truncatedNormal(): number {
    for (;;) {
      const value = this.normal();
      if (Math.abs(value) <= 2) return value;
    }
  }

  /** Fills `values` in order with results of `draw`. Initializers use it, so that `withoutDraws` can skip them. */
  fill(values: Float32Array, draw: () => number): void {
    checkArray("Rng.fill", "values", values, "numbers");
    checkValue("Rng.fill", "draw", draw, callable, "Pass () => rng.random().");
    for (let i = 0; i < values.length; i++) values[i] = draw();
  }

  /** A new, independent generator, seeded by the next draws of this one. */
  split(): Rng {
    const state = [this.bits(), this.bits(), this.bits(), (this.bits() | 1) >>> 0] as const;
    return Rng.fromState(state);
  }
}

/**
 * Four words of splitmix32. Seeds that have more than 32 bits are first mixed by two rounds of a Feistel network, which
 * is reversible, so that no two seeds have the same words.
 */
function wordsOf(seed: number): [number, number, number, number] {
  const [low, high] = [seed | 0, Math.floor(seed / 2 ** 32)];
  if (high === 0) return [mixed(low, 1), mixed(low, 2), mixed(low, 3), mixed(low, 4)];
  const one = low ^ mixed(high, 0);
  const other = high ^ mixed(one, 0);
  return [mixed(one, 1), mixed(one, 2), mixed(other, 3), mixed(other, 5)]; // 5: unlike the words of any smaller seed
}

/** The number of splitmix32 after some steps from a state. */
function mixed(state: number, steps: number): number {
  const s = (state + steps * 0x9e3779b9) | 0;
  let z = Math.imul(s ^ (s >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}
