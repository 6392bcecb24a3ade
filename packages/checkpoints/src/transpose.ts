/** [rows, columns] → [columns, rows], row-major, as a copy. */
export function transposeMatrix<T extends Float32Array | Int32Array | Uint8Array>(
  data: T,
  rows: number,
  columns: number,
): T {
  const result = data.slice() as T;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = data[row * columns + column]!;
  }
  return result;
}
