import type { PieceBuffer } from "../pipeline/piece-buffer.ts";

const slotInts = 8; // half a cache line: 1 of lengths, then units two by two, and pieces from the end on
export const mostUnits = 12;
const placeBits = 14;

/**
 * What short words were cut into: 16,384 places of 32 bytes, 512 kB whatever the text. A word whose place is taken takes
 * it over; units are compared in full.
 */
export class WordCache {
  readonly #slots: Int32Array = new Int32Array(slotInts << placeBits);

  /** Appends the pieces of units[0, length), with places counted from `at`; false where they are not known. */
  replay(units: Uint16Array, length: number, hash: number, at: number, pieces: PieceBuffer): boolean {
    const slots = this.#slots;
    const slot = place(hash);
    const lengths = slots[slot]!;
    if ((lengths & 15) !== length) return false;
    let at32 = slot;
    let i = 1;
    for (; i < length; i += 2) if (slots[++at32] !== (units[i - 1]! | (units[i]! << 16))) return false;
    if (i === length && slots[++at32] !== units[i - 1]) return false;
    if (lengths < 256) {
      pieces.push(slots[slot + slotInts - 1]!, at, at + length);
      return true;
    }
    let start = at;
    let ends = lengths >>> 4;
    for (let last = slot + slotInts - 1; ends !== 0; ends >>>= 4, last--) {
      const end = at + (ends & 15);
      pieces.push(slots[last]!, start, end);
      start = end;
    }
    return true;
  }

  /** Remembers that the word gave the pieces from `from` on, one after the other without gaps. */
  remember(units: Uint16Array, length: number, hash: number, at: number, pieces: PieceBuffer, from: number): void {
    const count = pieces.length - from;
    if (((length + 1) >> 1) + count > slotInts - 1) return;
    const slots = this.#slots;
    const slot = place(hash);
    let lengths = length;
    for (let i = 0; i < count; i++) {
      lengths |= (pieces.ends[from + i]! - at) << (4 * i + 4);
      slots[slot + slotInts - 1 - i] = pieces.ids[from + i]!;
    }
    slots[slot] = lengths;
    for (let i = 0; i < length; i += 2)
      slots[slot + 1 + (i >> 1)] = units[i]! | ((i + 1 < length ? units[i + 1]! : 0) << 16);
  }
}

function place(hash: number): number {
  return (Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> (32 - placeBits)) * slotInts;
}
