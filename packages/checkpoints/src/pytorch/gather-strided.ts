import type { ElementArray } from "../safetensors/element-type.ts";

/** Whether strides, in elements, are row-major; axes of length 1 may have any. */
export function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

/** A row-major copy of a strided view that starts at the first element of `data`. */
export function gatherStrided<T extends ElementArray>(
  data: T,
  shape: readonly number[],
  strides: readonly number[],
): T {
  const elements = shape.reduce((product, length) => product * length, 1);
  const result = new (data.constructor as new (length: number) => T)(elements);
  if (elements === 0) return result;
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < elements; to++) {
    result[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
