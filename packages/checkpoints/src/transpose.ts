type Matrix = Float32Array | Int32Array | Uint8Array;

/** Columns of a block: its part of eight rows stays in the nearest cache. */
const blockColumns = 256;

/** [rows, columns] → [columns, rows], row-major, as a copy. */
export function transposeMatrix<T extends Matrix>(data: T, rows: number, columns: number): T {
  const result = new (data.constructor as new (length: number) => T)(data.length);
  transposeInto(data, rows, columns, result);
  return result;
}

/** Turns matrices where they lie, [rows, columns] → [columns, rows], one after another through the same spare memory. */
export function inPlaceTranspose(): (data: Matrix, rows: number, columns: number) => void {
  let spare = new ArrayBuffer(0);
  return (data, rows, columns) => {
    if (spare.byteLength < data.byteLength) spare = new ArrayBuffer(data.byteLength);
    const copy = new (data.constructor as new (buffer: ArrayBuffer, offset: number, length: number) => Matrix)(
      spare,
      0,
      data.length,
    );
    copy.set(data);
    transposeInto(copy, rows, columns, data);
  };
}

/** Eight rows at once: a read of a column's part fills half a cache line of the result. */
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
