/** Pieces in typed arrays that grow: what encoding writes into, with no object per piece. */
export class PieceBuffer {
  length = 0;
  /** The word that pieces pushed now belong to. */
  word = 0;
  ids: Int32Array;
  /** [start, end) of each piece in the text, in UTF-16 units. */
  starts: Int32Array;
  ends: Int32Array;
  /** Which word of its text each piece belongs to. */
  words: Int32Array;

  constructor(capacity = 256) {
    this.ids = new Int32Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
    this.words = new Int32Array(capacity);
  }

  push(id: number, start: number, end: number): void {
    const at = this.length;
    if (at === this.ids.length) this.reserve(1);
    this.ids[at] = id;
    this.starts[at] = start;
    this.ends[at] = end;
    this.words[at] = this.word;
    this.length = at + 1;
  }

  /** Makes room for `count` more. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.ids.length) return;
    const capacity = Math.max(needed, this.ids.length * 2);
    this.ids = grown(this.ids, capacity);
    this.starts = grown(this.starts, capacity);
    this.ends = grown(this.ends, capacity);
    this.words = grown(this.words, capacity);
  }
}

function grown(array: Int32Array, capacity: number): Int32Array {
  const larger = new Int32Array(capacity);
  larger.set(array);
  return larger;
}
