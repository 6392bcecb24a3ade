/**
 * All eigenvalues and eigenvectors of a small symmetric matrix, by the cyclic Jacobi method.
 * Source: Golub & Van Loan, "Matrix Computations", section 8.5.
 */
export function symmetricEigen(matrix: readonly Float64Array[]): { values: Float64Array; vectors: Float64Array[] } {
  const size = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const vectors = a.map((_, i) => Float64Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
  const scale = a.reduce((sum, row) => sum + row.reduce((s, value) => s + value * value, 0), 0);
  for (let sweep = 0; sweep < 50 && outside(a) > 1e-24 * scale; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const off = a[p]![q]!;
        if (off === 0) continue;
        const theta = (a[q]![q]! - a[p]![p]!) / (2 * off);
        const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const cosine = 1 / Math.hypot(tangent, 1);
        const sine = tangent * cosine;
        for (const row of a) {
          const [x, y] = [row[p]!, row[q]!];
          row[p] = cosine * x - sine * y;
          row[q] = sine * x + cosine * y;
        }
        rotate(a[p]!, a[q]!, cosine, sine);
        rotate(vectors[p]!, vectors[q]!, cosine, sine);
      }
    }
  }
  return { values: Float64Array.from(a, (row, i) => row[i]!), vectors };
}

/** Sum of squares of the off-diagonal elements. */
function outside(matrix: readonly Float64Array[]): number {
  let sum = 0;
  matrix.forEach((row, i) => row.forEach((value, j) => (sum += i === j ? 0 : value * value)));
  return sum;
}

function rotate(x: Float64Array, y: Float64Array, cosine: number, sine: number): void {
  for (let k = 0; k < x.length; k++) {
    const [a, b] = [x[k]!, y[k]!];
    x[k] = cosine * a - sine * b;
    y[k] = sine * a + cosine * b;
  }
}
