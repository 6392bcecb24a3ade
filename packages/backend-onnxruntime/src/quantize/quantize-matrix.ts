/** A quantized matrix: a value is (byte − 128) · scale. */
export interface QuantizedMatrix {
  /** [rows, columns] */
  readonly bytes: Uint8Array;
  /** One for each row or column. */
  readonly scales: Float32Array;
}

/** The byte of zero. */
export const zeroByte = 128;

/** Number of steps from zero to the largest absolute value of a row or column. */
const steps = 127;

/**
 * Rounds a matrix to 255 values symmetric about zero, with a scale for each row or column.
 *
 * @param values float32 [rows, columns]
 * @param axis 0: a scale for each row; 1: for each column
 */
export function quantizeMatrix(
  values: Float32Array,
  [rows, columns]: readonly [number, number],
  axis: 0 | 1,
): QuantizedMatrix {
  const scales = new Float32Array(axis === 0 ? rows : columns);
  const bytes = new Uint8Array(values.length);
  eachPlace(rows, columns, axis, (i, place) => {
    const size = Math.abs(values[i]!);
    if (size > scales[place]!) scales[place] = size;
  });
  scales.forEach((largest, place) => (scales[place] = largest === 0 ? 1 : largest / steps));
  eachPlace(rows, columns, axis, (i, place) => {
    const step = Math.round(values[i]! / scales[place]!);
    bytes[i] = Math.max(-steps, Math.min(steps, step)) + zeroByte;
  });
  return { bytes, scales };
}

/** The rounded values, float32 [rows, columns]. */
export function dequantizeMatrix(
  { bytes, scales }: QuantizedMatrix,
  [rows, columns]: readonly [number, number],
  axis: 0 | 1,
): Float32Array {
  const values = new Float32Array(bytes.length);
  eachPlace(rows, columns, axis, (i, place) => (values[i] = (bytes[i]! - zeroByte) * scales[place]!));
  return values;
}

function eachPlace(rows: number, columns: number, axis: 0 | 1, visit: (i: number, place: number) => void): void {
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++) visit(i, axis === 0 ? row : column);
}
