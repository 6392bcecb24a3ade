import type { Matrix } from "./matrix.ts";
import { transposeBlocks } from "./transpose-blocks.ts";

/** [rows, columns] → [columns, rows], row-major; into `to`, or in place. */
export type Transpose = <T extends Matrix>(from: T, rows: number, columns: number, to?: T) => void;

/** Columns of a block: eight rows of it fit the L1 cache. */
const blockColumns = 256;

/** A function that transposes matrices with shared scratch memory, as large as the largest. */
export function transposer(): Transpose {
  let spare = new ArrayBuffer(0);
  const blocks = transposeBlocks();
  return (from, rows, columns, to = from) => {
    if (blocks(from, rows, columns, to)) return;
    if (from.buffer !== to.buffer) return transposeInto(from, rows, columns, to);
    if (spare.byteLength < from.byteLength) spare = new ArrayBuffer(from.byteLength);
    const copy = new (from.constructor as new (buffer: ArrayBuffer, offset: number, length: number) => Matrix)(
      spare,
      0,
      from.length,
    );
    copy.set(from);
    transposeInto(copy, rows, columns, to);
  };
}

/** Eight rows at once: reading a part of a column fills half a cache line of the result. */
function transposeInto(from: Matrix, rows: number, columns: number, to: Matrix): void {
  const whole = rows - (rows % 8);
  for (let first = 0; first < columns; first += blockColumns) {
    const end = Math.min(columns, first + blockColumns);
    for (let row = 0; row < whole; row += 8) {
      for (let column = first, at = row * columns + first; column < end; column++, at++) {
        const place = column * rows + row;
        to[place] = from[at]!;
        to[place + 1] = from[at + columns]!;
        to[place + 2] = from[at + 2 * columns]!;
        to[place + 3] = from[at + 3 * columns]!;
        to[place + 4] = from[at + 4 * columns]!;
        to[place + 5] = from[at + 5 * columns]!;
        to[place + 6] = from[at + 6 * columns]!;
        to[place + 7] = from[at + 7 * columns]!;
      }
    }
    for (let row = whole; row < rows; row++) {
      for (let column = first; column < end; column++) to[column * rows + row] = from[row * columns + column]!;
    }
  }
}
