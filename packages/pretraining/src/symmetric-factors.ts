import type { RandomSource } from "@bertkit/nn";
import type { SparseMatrix } from "./cooccurrences.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/**
 * Approximates the leading factors of a symmetric matrix: unit eigenvectors times the square root of the absolute
 * eigenvalue, in descending order. Products of two rows approximate the matrix if its eigenvalues are positive. Uses
 * subspace iteration from random vectors, which is exact if the remaining eigenvalues are zero. Source: Halko,
 * Martinsson & Tropp, 2011, "Finding Structure with Randomness", algorithms 4.4 and 5.3.
 *
 * @param count number of factors, at most the size of the matrix
 * @param iterations more iterations separate close eigenvalues
 * @returns one column per factor
 */
export function symmetricFactors(
  matrix: SparseMatrix,
  count: number,
  random: RandomSource,
  iterations: number = 3,
): Float64Array[] {
  const width = Math.min(matrix.size, count + 16);
  let basis: Float64Array[] = Array.from({ length: width }, () =>
    Float64Array.from({ length: matrix.size }, () => random.random() - 0.5),
  );
  for (let i = 0; i < iterations; i++) {
    orthonormalize(basis, 1);
    basis = basis.map((vector) => multiply(matrix, vector));
  }
  orthonormalize(basis, 2);
  const images = basis.map((vector) => multiply(matrix, vector));
  const small = basis.map((vector) => Float64Array.from(images, (image) => dot(vector, image)));
  const { values, vectors } = symmetricEigen(small);
  const order = [...values.keys()].sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!)).slice(0, count);
  return order.map((i) => combine(basis, vectors[i]!, Math.sqrt(Math.abs(values[i]!))));
}

function multiply({ size, starts, columns, values }: SparseMatrix, vector: Float64Array): Float64Array {
  const result = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    let sum = 0;
    const end = starts[row + 1]!;
    for (let k = starts[row]!; k < end; k++) sum += values[k]! * vector[columns[k]!]!;
    result[row] = sum;
  }
  return result;
}

/**
 * Modified Gram–Schmidt; a vector that depends linearly on the previous ones becomes zero. Two passes give full
 * precision.
 */
function orthonormalize(vectors: readonly Float64Array[], passes: number): void {
  vectors.forEach((vector, i) => {
    const before = Math.sqrt(dot(vector, vector));
    for (let pass = 0; pass < passes; pass++) {
      for (let j = 0; j < i; j++) addScaled(vector, vectors[j]!, -dot(vector, vectors[j]!));
    }
    const norm = Math.sqrt(dot(vector, vector));
    const scale = norm > 1e-10 * before ? 1 / norm : 0;
    for (let k = 0; k < vector.length; k++) vector[k]! *= scale;
  });
}

function combine(basis: readonly Float64Array[], weights: Float64Array, scale: number): Float64Array {
  const result = new Float64Array(basis[0]!.length);
  basis.forEach((vector, i) => addScaled(result, vector, scale * weights[i]!));
  return result;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(target: Float64Array, vector: Float64Array, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += scale * vector[i]!;
}
