import type { PieceBuffer } from "./piece-buffer.ts";

/** Longer runs are not remembered; places and words within a run must fit eight bits. */
export const longestCachedRun = 64;

const HEADER = 5; // hash, key start, key length, pieces, words
const maxEntries = 1 << 16;

/**
 * What came of each run: pieces with their places and words. Keys are kept as UTF-16 units, so a look-up makes no
 * string. When it is full it starts again empty, so memory stays below some 10 MB whatever the text.
 */
export class RunCache {
  #slots = new Int32Array(1 << 12);
  #mask = (1 << 12) - 1;
  #entries = new Int32Array(1 << 15);
  #entriesEnd = 1; // 0 marks a free slot
  #keys = new Uint16Array(1 << 15);
  #keysEnd = 0;
  #count = 0;

  /** Appends what text[start, end) gave before; returns how many words, or -1 where it is not known. */
  replay(text: string, start: number, end: number, hash: number, firstWord: number, pieces: PieceBuffer): number {
    const entries = this.#entries;
    const keys = this.#keys;
    const length = end - start;
    let slot = mix(hash) & this.#mask;
    next: for (;;) {
      const entry = this.#slots[slot]!;
      if (entry === 0) return -1;
      slot = (slot + 1) & this.#mask;
      if (entries[entry] !== hash || entries[entry + 2] !== length) continue;
      const key = entries[entry + 1]!;
      for (let i = 0; i < length; i++) if (keys[key + i] !== text.charCodeAt(start + i)) continue next;
      const count = entries[entry + 3]!;
      const at = pieces.length;
      if (at + count > pieces.ids.length) pieces.reserve(count);
      const { ids, starts, ends, words } = pieces;
      for (let i = 0, from = entry + HEADER; i < count; i++, from += 2) {
        const place = entries[from + 1]!;
        ids[at + i] = entries[from]!;
        starts[at + i] = start + (place & 0xff);
        ends[at + i] = start + ((place >> 8) & 0xff);
        words[at + i] = firstWord + (place >> 16);
      }
      pieces.length = at + count;
      return entries[entry + 4]!;
    }
  }

  /** Remembers that text[start, end) gave the pieces from `from` on, in `wordCount` words counted from `firstWord`. */
  remember(
    text: string,
    start: number,
    end: number,
    hash: number,
    firstWord: number,
    wordCount: number,
    pieces: PieceBuffer,
    from: number,
  ): void {
    const count = pieces.length - from;
    if (count > 0xff || wordCount > 0xff) return;
    if (this.#count === maxEntries) this.#clear();
    if (this.#count * 2 > this.#mask) this.#growSlots();
    this.#reserve(HEADER + 2 * count, end - start);
    const entries = this.#entries;
    const entry = this.#entriesEnd;
    entries[entry] = hash;
    entries[entry + 1] = this.#keysEnd;
    entries[entry + 2] = end - start;
    entries[entry + 3] = count;
    entries[entry + 4] = wordCount;
    for (let i = 0, to = entry + HEADER; i < count; i++, to += 2) {
      entries[to] = pieces.ids[from + i]!;
      entries[to + 1] =
        (pieces.starts[from + i]! - start) |
        ((pieces.ends[from + i]! - start) << 8) |
        ((pieces.words[from + i]! - firstWord) << 16);
    }
    for (let i = start; i < end; i++) this.#keys[this.#keysEnd++] = text.charCodeAt(i);
    this.#entriesEnd = entry + HEADER + 2 * count;
    this.#place(entry);
    this.#count++;
  }

  #place(entry: number): void {
    let slot = mix(this.#entries[entry]!) & this.#mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = entry;
  }

  #growSlots(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    this.#mask = this.#slots.length - 1;
    for (const entry of old) if (entry !== 0) this.#place(entry);
  }

  #reserve(entryLength: number, keyLength: number): void {
    if (this.#entriesEnd + entryLength > this.#entries.length) {
      const larger = new Int32Array(Math.max(this.#entries.length * 2, this.#entriesEnd + entryLength));
      larger.set(this.#entries);
      this.#entries = larger;
    }
    if (this.#keysEnd + keyLength > this.#keys.length) {
      const larger = new Uint16Array(Math.max(this.#keys.length * 2, this.#keysEnd + keyLength));
      larger.set(this.#keys);
      this.#keys = larger;
    }
  }

  #clear(): void {
    this.#slots.fill(0);
    this.#entriesEnd = 1;
    this.#keysEnd = 0;
    this.#count = 0;
  }
}

function mix(hash: number): number {
  return hash ^ (hash >>> 15);
}
