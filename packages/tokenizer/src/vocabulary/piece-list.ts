/**
 * Pieces one after the other in one text, that of vocab.txt as it is: 30,000 strings cost more to make than to look up,
 * and a tokenizer that only encodes needs none of them.
 */
export class PieceList {
  readonly text: string;
  /** Piece i is text[starts[i], starts[i + 1] - gap). */
  readonly starts: Int32Array;
  readonly gap: number;

  private constructor(text: string, starts: Int32Array, gap: number) {
    this.text = text;
    this.starts = starts;
    this.gap = gap;
  }

  static of(pieces: readonly string[]): PieceList {
    const starts = new Int32Array(pieces.length + 1);
    for (let i = 0; i < pieces.length; i++) starts[i + 1] = starts[i]! + pieces[i]!.length;
    return new PieceList(pieces.join(""), starts, 0);
  }

  /** One piece a line, each line ended by \n. */
  static ofLines(text: string): PieceList {
    const starts = new Int32Array(text.length + 1);
    let count = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) starts[++count] = end + 1;
    return new PieceList(text, starts.slice(0, count + 1), 1);
  }

  get length(): number {
    return this.starts.length - 1;
  }

  at(index: number): string {
    return this.text.slice(this.starts[index], this.starts[index + 1]! - this.gap);
  }
}
