const arrays = ["ids", "starts", "ends", "words"] as const;

/** The output buffer of encoding: pieces in growing typed arrays, without an object per piece. */
export class PieceBuffer {
  length = 0;
  /** The word of the pieces pushed next. */
  word = 0;
  ids!: Int32Array;
  /** [start, end) of each piece in the text, in UTF-16 units. */
  starts!: Int32Array;
  ends!: Int32Array;
  /** The word of each piece, as an index in its text. */
  words!: Int32Array;

  constructor(capacity = 256) {
    for (const name of arrays) this[name] = new Int32Array(capacity);
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

  /** Pushes a word of one piece. */
  pushWord(id: number, start: number, end: number): void {
    this.push(id, start, end);
    this.word++;
  }

  /** Removes pieces [start, end). */
  remove(start: number, end: number): void {
    for (const name of arrays) this[name].copyWithin(start, end, this.length);
    this.length -= end - start;
  }

  /** Reserves capacity for `count` more. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.ids.length) return;
    const capacity = Math.max(needed, this.ids.length * 2);
    for (const name of arrays) {
      const larger = new Int32Array(capacity);
      larger.set(this[name]);
      this[name] = larger;
    }
  }
}
