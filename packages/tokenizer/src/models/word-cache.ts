import type { PieceBuffer } from "../pipeline/piece-buffer.ts";

const slotInts = 16; // hash, length and pieces, 8 of units, 6 of pieces: one cache line
const firstUnits = 2;
const firstPiece = 10;
const maxUnits = 16;
const maxPieces = 6;
const maxId = 1 << 24;

/**
 * What words that are no single piece were cut into: 16,384 places of 64 bytes, 1 MB whatever the text. A word whose
 * place is taken takes it over; units are compared in full.
 */
export class WordCache {
  readonly #slots: Int32Array = new Int32Array(slotInts << 14);

  /** Appends the pieces of units[0, length), with places counted from `at`; false where they are not known. */
  replay(units: Uint16Array, length: number, hash: number, at: number, pieces: PieceBuffer): boolean {
    const slots = this.#slots;
    const slot = place(hash);
    if (slots[slot] !== hash || (slots[slot + 1]! & 0xff) !== length) return false;
    for (let i = 0; i < length; i++)
      if (((slots[slot + firstUnits + (i >> 1)]! >>> ((i & 1) << 4)) & 0xffff) !== units[i]) return false;
    const count = slots[slot + 1]! >> 8;
    let start = at;
    for (let i = 0; i < count; i++) {
      const packed = slots[slot + firstPiece + i]!;
      const end = at + (packed >>> 24);
      pieces.push(packed & (maxId - 1), start, end);
      start = end;
    }
    return true;
  }

  /** Remembers that the word gave the pieces from `from` on, one after the other without gaps. */
  remember(units: Uint16Array, length: number, hash: number, at: number, pieces: PieceBuffer, from: number): void {
    const count = pieces.length - from;
    if (length > maxUnits || count > maxPieces) return;
    for (let i = from; i < pieces.length; i++) if (pieces.ids[i]! >= maxId) return;
    const slots = this.#slots;
    const slot = place(hash);
    slots[slot] = hash;
    slots[slot + 1] = length | (count << 8);
    for (let i = 0; i < length; i += 2)
      slots[slot + firstUnits + (i >> 1)] = units[i]! | ((i + 1 < length ? units[i + 1]! : 0) << 16);
    for (let i = 0; i < count; i++)
      slots[slot + firstPiece + i] = pieces.ids[from + i]! | ((pieces.ends[from + i]! - at) << 24);
  }
}

function place(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1);
  return (mixed >>> 18) * slotInts;
}
