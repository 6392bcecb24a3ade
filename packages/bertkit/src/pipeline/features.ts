import { checkArray, checkValue, wholeNumber } from "@bertkit/checks";

/** Vectors as returned by transformers.js: row-major values with a shape. */
export class Features {
  readonly type = "float32";
  readonly dims: readonly number[];
  readonly data: Float32Array;

  /** @throws RangeError unless the product of the sizes in `dims` is the number of values */
  constructor(data: Float32Array, dims: readonly number[]) {
    checkArray("Features", "data", data, "numbers");
    checkArray("Features", "dims", dims, "sizes");
    for (const [axis, size] of dims.entries())
      checkValue("Features", `dims[${axis}]`, size, wholeNumber(), "Pass the size of each axis.");
    if (dims.reduce((product, size) => product * size, 1) !== data.length)
      throw new RangeError(
        `Features: dims must multiply to the ${data.length} values, got [${dims.join(", ")}]. Pass [rows, size].`,
      );
    this.data = data;
    this.dims = dims;
  }

  get size(): number {
    return this.data.length;
  }

  /** The values as nested lists. */
  tolist(): NestedNumbers[] {
    const listAt = (axis: number, start: number, count: number): NestedNumbers[] => {
      const length = this.dims[axis]!;
      if (axis === this.dims.length - 1) return Array.from(this.data.subarray(start, start + length));
      const step = count / length;
      return Array.from({ length }, (_, i) => listAt(axis + 1, start + i * step, step));
    };
    return listAt(0, 0, this.data.length);
  }
}

/** A number, or nested lists of numbers. */
export type NestedNumbers = number | NestedNumbers[];
