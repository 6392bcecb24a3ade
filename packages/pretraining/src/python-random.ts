import { checkArray, shown } from "@bertkit/checks";
import type { RandomSource } from "@bertkit/nn";

const stateSize = 624;
const middleWord = 397;

/**
 * CPython's `random.Random` seeded with an integer: the same seed gives the same numbers, bit for bit.
 *
 * The generator is MT19937 (Matsumoto and Nishimura 1998); seeding, `random`, `randint` and `shuffle` follow CPython
 * 3's Modules/_randommodule.c and Lib/random.py. It serves to reproduce the data of Google's Python scripts; for
 * everything else use `Rng`.
 */
export class PythonRandom implements RandomSource {
  readonly #state: Uint32Array = new Uint32Array(stateSize);
  #next: number = stateSize;

  /** @param seed an integer; like CPython, its sign is ignored. Throws RangeError when a number is not a safe integer. */
  constructor(seed: number | bigint) {
    if (typeof seed !== "bigint" && !Number.isSafeInteger(seed)) {
      throw new RangeError(
        `PythonRandom: the seed must be an integer of at most 53 bits, got ${shown(seed)}. Pass a bigint for longer seeds.`,
      );
    }
    this.#seedByArray(wordsOf(BigInt(seed)));
  }

  /** The next number in [0, 1), with 53 random bits. */
  random(): number {
    const high = this.#word() >>> 5;
    const low = this.#word() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Python's `randint(low, high)`: an integer in [low, high], inclusive. */
  integer(low: number, high: number): number {
    const count = Number.isSafeInteger(low) && Number.isSafeInteger(high) ? high - low + 1 : 0;
    if (!(count >= 1) || !Number.isSafeInteger(count)) {
      throw new RangeError(
        `PythonRandom.integer: needs integers low <= high, got ${shown(low)} and ${shown(high)}. Check the range.`,
      );
    }
    return low + this.#below(count);
  }

  /** Shuffles in place, as Python's `shuffle` does. */
  shuffle<T>(items: T[]): void {
    checkArray("PythonRandom.shuffle", "items", items, "items");
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.#below(i + 1);
      const held = items[i]!;
      items[i] = items[j]!;
      items[j] = held;
    }
  }

  /** A number in [0, count): draws as many bits as `count` has, again if the number is too large. */
  #below(count: number): number {
    const bits = bitLength(count);
    let drawn = this.#bits(bits);
    while (drawn >= count) drawn = this.#bits(bits);
    return drawn;
  }

  /** Python's getrandbits for 1 to 53 bits: the low word comes first. */
  #bits(count: number): number {
    if (count <= 32) return this.#word() >>> (32 - count);
    const low = this.#word();
    return (this.#word() >>> (64 - count)) * 4294967296 + low;
  }

  #word(): number {
    if (this.#next >= stateSize) this.#refill();
    let word = this.#state[this.#next++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    word ^= word >>> 18;
    return word >>> 0;
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < stateSize; i++) {
      const joined = (state[i]! & 0x80000000) | (state[(i + 1) % stateSize]! & 0x7fffffff);
      state[i] = state[(i + middleWord) % stateSize]! ^ (joined >>> 1) ^ ((joined & 1) * 0x9908b0df);
    }
    this.#next = 0;
  }

  #seedByWord(seed: number): void {
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < stateSize; i++) {
      state[i] = Math.imul(1812433253, state[i - 1]! ^ (state[i - 1]! >>> 30)) + i;
    }
  }

  #seedByArray(key: readonly number[]): void {
    this.#seedByWord(19650218);
    const state = this.#state;
    const mixed = (i: number, factor: number): number =>
      state[i]! ^ Math.imul(state[i - 1]! ^ (state[i - 1]! >>> 30), factor);
    let i = 1;
    let j = 0;
    for (let count = Math.max(stateSize, key.length); count > 0; count--) {
      state[i] = mixed(i, 1664525) + key[j]! + j;
      j = (j + 1) % key.length;
      if (++i === stateSize) {
        state[0] = state[stateSize - 1]!;
        i = 1;
      }
    }
    for (let count = stateSize - 1; count > 0; count--) {
      state[i] = mixed(i, 1566083941) - i;
      if (++i === stateSize) {
        state[0] = state[stateSize - 1]!;
        i = 1;
      }
    }
    state[0] = 0x80000000;
  }
}

/** The 32-bit words of |seed|, lowest first; [0] for zero. */
function wordsOf(seed: bigint): number[] {
  let rest = seed < 0n ? -seed : seed;
  const words: number[] = [];
  do {
    words.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
  return words;
}

function bitLength(count: number): number {
  const high = Math.floor(count / 4294967296);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(count);
}
