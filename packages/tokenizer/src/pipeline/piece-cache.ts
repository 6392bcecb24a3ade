import type { PieceBuffer } from "./piece-buffer.ts";
import { hashPlace } from "./unit-hash.ts";

/**
 * Caches the pieces of short texts, with their positions and words; there may be gaps between them. Each of the 16,384
 * slots has one integer of counts, then the units, two per integer, and from its end backwards the pieces, two integers
 * each. A text that does not fit a slot is not cached; a new text overwrites the old one in its slot. Units are
 * compared in full, not only by hash.
 */
export class PieceCache {
  readonly #slots: Int32Array;
  readonly #slotInts: number;

  /** @param slotInts integers per slot: 16 fill a cache line of the processor. */
  constructor(slotInts: number) {
    this.#slotInts = slotInts;
    this.#slots = new Int32Array(slotInts << 14);
  }

  /**
   * Appends the cached pieces of units[0, length), positions from `at`, words from `pieces.word`. False if not cached.
   */
  replay(units: Uint16Array, length: number, hash: number, at: number, pieces: PieceBuffer): boolean {
    const slots = this.#slots;
    const slot = hashPlace(hash) * this.#slotInts;
    const counts = slots[slot]!;
    if ((counts & 0xff) !== length) return false;
    let unit = slot;
    let i = 1;
    for (; i < length; i += 2) if (slots[++unit] !== (units[i - 1]! | (units[i]! << 16))) return false;
    if (i === length && slots[++unit] !== units[i - 1]) return false;
    let next = slot + this.#slotInts;
    if (counts >> 8 === 1) {
      pieces.push(slots[next - 1]!, at, at + length);
      return true;
    }
    const { word } = pieces;
    for (let left = (counts >> 8) & 0xff; left > 0; left--) {
      const id = slots[--next]!;
      const place = slots[--next]!;
      pieces.word = word + (place >> 16);
      pieces.push(id, at + (place & 0xff), at + ((place >> 8) & 0xff));
    }
    pieces.word = word + (counts >> 16);
    return true;
  }

  /** Caches the pieces from index `from`, with the words from `firstWord` to `pieces.word`. */
  store(
    units: Uint16Array,
    length: number,
    hash: number,
    at: number,
    pieces: PieceBuffer,
    from: number,
    firstWord: number,
  ): void {
    const { ids, starts, ends, words } = pieces;
    const count = pieces.length - from;
    // From the model, one piece without a word: it covers the whole text.
    if (((length + 1) >> 1) + 2 * count >= this.#slotInts) return;
    const slots = this.#slots;
    const slot = hashPlace(hash) * this.#slotInts;
    slots[slot] = length | (count << 8) | ((pieces.word - firstWord) << 16);
    for (let i = 0; i < length; i += 2)
      slots[slot + 1 + (i >> 1)] = units[i]! | ((i + 1 < length ? units[i + 1]! : 0) << 16);
    let next = slot + this.#slotInts;
    for (let i = from; i < pieces.length; i++) {
      slots[--next] = ids[i]!;
      slots[--next] = (starts[i]! - at) | ((ends[i]! - at) << 8) | ((words[i]! - firstWord) << 16);
    }
  }
}
