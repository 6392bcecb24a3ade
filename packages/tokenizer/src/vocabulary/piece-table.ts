/** A word's hash before its first unit; `continuationHash` for what continues a word. */
export const startHash: number = 0x811c9dc5 | 0;
export const continuationHash = 0x2f0b4c47;

/** The hash with one more UTF-16 unit (FNV-1a). */
export function extendHash(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

/**
 * Pieces by their UTF-16 units, in one open-addressed table of hash, id, first unit and length. A filter of eight bits
 * an entry answers most look-ups of what is not there; a hit is compared unit by unit.
 */
export class PieceTable {
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #filter: Int32Array;
  readonly #filterMask: number;
  /** By the hash of three units: bit n tells that a piece of n units starts so; of more than 31 units nothing is told. */
  readonly #lengths = new Int32Array(1 << 14);
  #units: Uint16Array;
  #unitsEnd = 0;
  #longest = 0;
  #hashes = new Int32Array(32); // of a word's beginnings, for longestAt

  /** @param capacity the most pieces it will hold. */
  constructor(capacity: number) {
    let size = 64;
    while (size < capacity * 2) size *= 2;
    this.#mask = size - 1;
    this.#slots = new Int32Array(size * 4);
    this.#filter = new Int32Array(size / 4);
    this.#filterMask = size / 4 - 1;
    this.#units = new Uint16Array(Math.max(64, capacity * 8));
  }

  /** Units of the longest piece. */
  get longest(): number {
    return this.#longest;
  }

  /** Adds text[from, end of text), which must not be empty; returns the id it already had, or -1. */
  add(text: string, from: number, id: number, seed: number): number {
    const length = text.length - from;
    const start = this.#unitsEnd;
    if (start + length > this.#units.length) {
      const larger = new Uint16Array(Math.max(this.#units.length * 2, start + length));
      larger.set(this.#units);
      this.#units = larger;
    }
    const units = this.#units;
    let hash = seed;
    let third = 0;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(from + i);
      units[start + i] = unit;
      hash = extendHash(hash, unit);
      if (i === 2) third = hash;
    }
    const known = this.find(hash, units, start, length);
    if (known !== -1) return known;
    const mixed = mix(hash);
    const slots = this.#slots;
    let slot = mixed & this.#mask;
    while (slots[slot * 4 + 3] !== 0) slot = (slot + 1) & this.#mask;
    slots[slot * 4] = hash;
    slots[slot * 4 + 1] = id;
    slots[slot * 4 + 2] = start;
    slots[slot * 4 + 3] = length;
    this.#filter[(mixed >>> 5) & this.#filterMask]! |= 1 << hash;
    if (length >= 3) this.#lengths[mix(third) & 0x3fff]! |= 1 << length;
    this.#unitsEnd = start + length;
    if (length > this.#longest) {
      this.#longest = length;
      if (length > this.#hashes.length) this.#hashes = new Int32Array(2 * length);
    }
    return -1;
  }

  /**
   * The longest piece at units[from, from + length): its id, with its units in `found.length`; -1 for none.
   *
   * @param seed the hash before the first unit.
   */
  longestAt(units: Uint16Array, from: number, length: number, seed: number, found: { length: number }): number {
    const hashes = this.#hashes;
    let size = length < this.#longest ? length : this.#longest;
    let hash = seed;
    for (let i = 0; i < size; i++) hashes[i] = hash = extendHash(hash, units[from + i]!);
    const lengths = size >= 3 ? this.#lengths[mix(hashes[2]!) & 0x3fff]! : 0;
    for (; size > 0; size--) {
      if (size >= 3 && size < 32 && (lengths & (1 << size)) === 0) continue;
      const id = this.find(hashes[size - 1]!, units, from, size);
      if (id === -1) continue;
      found.length = size;
      return id;
    }
    return -1;
  }

  /** The id of units[from, from + length), whose hash is `hash`, or -1. */
  find(hash: number, units: Uint16Array, from: number, length: number): number {
    const mixed = mix(hash);
    if ((this.#filter[(mixed >>> 5) & this.#filterMask]! & (1 << hash)) === 0) return -1;
    const slots = this.#slots;
    const own = this.#units;
    next: for (let slot = mixed & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * 4;
      const size = slots[at + 3]!;
      if (size === 0) return -1;
      if (slots[at] !== hash || size !== length) continue;
      const start = slots[at + 2]!;
      for (let i = 0; i < length; i++) if (own[start + i] !== units[from + i]) continue next;
      return slots[at + 1]!;
    }
  }
}

function mix(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}
