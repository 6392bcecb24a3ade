/** The elements of a matrix, row-major. */
export type Matrix = Float32Array | Int32Array | Uint8Array;
