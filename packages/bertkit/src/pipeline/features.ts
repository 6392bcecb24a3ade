/** Vectors as returned by transformers.js: row-major values with a shape. */
export class Features {
  readonly type = "float32";
  readonly dims: readonly number[];
  readonly data: Float32Array;

  constructor(data: Float32Array, dims: readonly number[]) {
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
