/**
 * Pieces by their UTF-16 units. Edges sit in one open-addressed table: node, unit, child, id of the piece that ends
 * at the child (-1 for none). Root 0 holds what a word may start with, root 1 what may continue it.
 */
export class PieceTrie {
  #slots: Int32Array;
  #mask: number;
  #edges = 0;
  #nodes = 2;

  constructor(expectedPieces: number) {
    let capacity = 256;
    while (capacity < expectedPieces * 6) capacity *= 2;
    this.#mask = capacity - 1;
    this.#slots = new Int32Array(capacity * 4).fill(-1);
  }

  /** Adds text[from, end of text) under a root. */
  add(text: string, from: number, id: number, root: 0 | 1): void {
    let node: number = root;
    for (let i = from; i < text.length; i++) {
      const slot = this.#edge(node, text.charCodeAt(i));
      if (i === text.length - 1) this.#slots[slot + 3] = id;
      node = this.#slots[slot + 2]!;
    }
  }

  /** Length of the longest piece at text[start, end) under a root, with its id in `found.id`; 0 for none. */
  longest(text: string, start: number, end: number, root: 0 | 1, found: { id: number }): number {
    const slots = this.#slots;
    const mask = this.#mask;
    let node: number = root;
    let length = 0;
    for (let i = start; i < end; i++) {
      const unit = text.charCodeAt(i);
      let slot = hash(node, unit) & mask;
      for (;;) {
        const at = slot << 2;
        const key = slots[at]!;
        if (key === -1) return length;
        if (key === node && slots[at + 1] === unit) {
          node = slots[at + 2]!;
          const id = slots[at + 3]!;
          if (id !== -1) {
            length = i + 1 - start;
            found.id = id;
          }
          break;
        }
        slot = (slot + 1) & mask;
      }
    }
    return length;
  }

  #edge(node: number, unit: number): number {
    let slot = hash(node, unit) & this.#mask;
    for (;;) {
      const at = slot << 2;
      if (this.#slots[at] === -1) {
        if (++this.#edges * 3 > this.#mask * 2) {
          this.#edges--;
          this.#grow();
          return this.#edge(node, unit);
        }
        this.#slots[at] = node;
        this.#slots[at + 1] = unit;
        this.#slots[at + 2] = this.#nodes++;
        return at;
      }
      if (this.#slots[at] === node && this.#slots[at + 1] === unit) return at;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array(old.length * 2).fill(-1);
    for (let at = 0; at < old.length; at += 4) {
      if (old[at] === -1) continue;
      let slot = hash(old[at]!, old[at + 1]!) & this.#mask;
      while (this.#slots[slot << 2] !== -1) slot = (slot + 1) & this.#mask;
      this.#slots.set(old.subarray(at, at + 4), slot << 2);
    }
  }
}

function hash(node: number, unit: number): number {
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
