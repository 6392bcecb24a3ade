import { checkArray, checkValue, wholeNumber } from "@bertkit/checks";

/** The values of `Features`: numbers, or bits in bytes. */
export type FeatureData = Float32Array | Int8Array | Uint8Array;

/** Vectors as returned by transformers.js: row-major values with a shape. */
export class Features<Data extends FeatureData = Float32Array> {
  readonly type: "float32" | "int8" | "uint8";
  readonly dims: readonly number[];
  readonly data: Data;

  /** @throws RangeError unless the product of the sizes in `dims` is the number of values */
  constructor(data: Data, dims: readonly number[]) {
    checkArray("Features", "data", data, "numbers");
    checkArray("Features", "dims", dims, "sizes");
    for (const [axis, size] of dims.entries())
      checkValue("Features", `dims[${axis}]`, size, wholeNumber(), "Pass the size of each axis.");
    if (dims.reduce((product, size) => product * size, 1) !== data.length)
      throw new RangeError(
        `Features: dims must multiply to the ${data.length} values, got [${dims.join(", ")}]. Pass [rows, size].`,
      );
    this.type = data instanceof Int8Array ? "int8" : data instanceof Uint8Array ? "uint8" : "float32";
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
