import { Rng } from "@bertkit/nn";
import { describe, expect, it } from "vitest";

import { cooccurrences, type SparseMatrix } from "./cooccurrences.ts";
import { wordVectors } from "./index.ts";
import { positivePmi } from "./positive-pmi.ts";
import { symmetricFactors } from "./symmetric-factors.ts";

function sparse(rows: readonly (readonly number[])[]): SparseMatrix {
  const starts = [0];
  const [columns, values]: [number[], number[]] = [[], []];
  for (const row of rows) {
    row.forEach((value, column) => {
      if (value === 0) return;
      columns.push(column);
      values.push(value);
    });
    starts.push(columns.length);
  }
  return {
    size: rows.length,
    starts: Uint32Array.from(starts),
    columns: Uint32Array.from(columns),
    values: Float64Array.from(values),
  };
}

function dense({ size, starts, columns, values }: SparseMatrix): number[][] {
  return Array.from({ length: size }, (_, row) => {
    const all = Array.from({ length: size }, () => 0);
    for (let k = starts[row]!; k < starts[row + 1]!; k++) all[columns[k]!] = values[k]!;
    return all;
  });
}

const documents = [[[0, 1, 2], [0, 1]], [[3, 1], [2, 0, 1]]]; // prettier-ignore

describe("cooccurrences", () => {
  it("counts both directions, across sentences and within documents", () => {
    expect(dense(cooccurrences(documents, 5, 1))).toEqual([
      [0, 3, 2, 0, 0],
      [3, 0, 2, 1, 0],
      [2, 2, 0, 0, 0],
      [0, 1, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ]);
    expect(dense(cooccurrences([[[0, 1, 0]]], 2, 2))).toEqual([
      [2, 2],
      [2, 0],
    ]);
  });
});

describe("positivePmi", () => {
  it("equals the definition, clipped at zero", () => {
    const counts = dense(cooccurrences(documents, 5, 2));
    const sums = counts.map((row) => row.reduce((a, b) => a + b));
    const total = sums.reduce((a, b) => a + b);
    const expected = counts.map((row, a) =>
      row.map((n, b) => (n === 0 ? 0 : Math.max(0, Math.log((n * total) / (sums[a]! * sums[b]!))))),
    );
    expect(expected.flat().filter((value) => value > 0).length).toBeGreaterThan(3);
    dense(positivePmi(cooccurrences(documents, 5, 2))).forEach((row, a) =>
      row.forEach((value, b) => expect(value).toBeCloseTo(expected[a]![b]!, 12)),
    );
  });
});

describe("symmetricFactors", () => {
  it("are a path graph's eigenvectors, known in closed form, times the square roots of the eigenvalues", () => {
    const size = 24;
    const path = Array.from({ length: size }, (_, i) =>
      Array.from({ length: size }, (_, j) => Number(Math.abs(i - j) === 1)),
    );
    const factors = symmetricFactors(sparse(path), size, new Rng(0));
    const values = Array.from({ length: size }, (_, k) => 2 * Math.cos((Math.PI * (k + 1)) / (size + 1)));
    const magnitudes = values.map(Math.abs).toSorted((a, b) => b - a);
    factors.forEach((factor, i) => {
      const square = factor.reduce((sum, value) => sum + value * value, 0);
      expect(square).toBeCloseTo(magnitudes[i]!, 9);
      const image = path.map((row) => row.reduce((sum, value, k) => sum + value * factor[k]!, 0));
      const along = image.reduce((sum, value, k) => sum + value * factor[k]!, 0) / square;
      expect(Math.abs(along)).toBeCloseTo(magnitudes[i]!, 9);
      image.forEach((value, k) => expect(value).toBeCloseTo(along * factor[k]!, 7));
    });
  });

  it("reproduce a matrix of low rank from any start", () => {
    const rng = new Rng(3);
    const parts = Array.from({ length: 60 }, () => Array.from({ length: 4 }, () => rng.random() - 0.5));
    const matrix = parts.map((a) => parts.map((b) => a.reduce((sum, value, k) => sum + value * b[k]!, 0)));
    for (const seed of [0, 1]) {
      const factors = symmetricFactors(sparse(matrix), 4, new Rng(seed));
      const errors = matrix.flatMap((row, a) =>
        row.map((value, b) => Math.abs(factors.reduce((sum, f) => sum + f[a]! * f[b]!, 0) - value)),
      );
      expect(Math.max(...errors)).toBeLessThan(1e-10);
    }
  });
});

describe("wordVectors", () => {
  /** A language in which a word of one kind always follows a word of the other; 40 words, the last never used. */
  const rng = new Rng(1);
  const text = Array.from({ length: 20 }, () => [
    Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? rng.integer(0, 18) : rng.integer(19, 38))),
  ]);

  it("are similar for words in similar contexts, and zeros for a word that is not used", () => {
    const vectors = wordVectors(text, { vocabularySize: 40, size: 2, window: 1 }, new Rng(0));
    expect(vectors).toHaveLength(80);
    const row = (id: number): Float32Array => vectors.subarray(2 * id, 2 * id + 2);
    const cosine = (a: number, b: number): number => {
      const dot = (x: Float32Array, y: Float32Array): number => x[0]! * y[0]! + x[1]! * y[1]!;
      return dot(row(a), row(b)) / Math.sqrt(dot(row(a), row(a)) * dot(row(b), row(b)));
    };
    for (let id = 1; id < 19; id++) expect(cosine(0, id)).toBeGreaterThan(0.9);
    for (let id = 19; id < 39; id++) expect(Math.abs(cosine(0, id))).toBeLessThan(0.3);
    expect([...row(39)]).toEqual([0, 0]);
  });

  it("are the same from the same seed", () => {
    const once = wordVectors(text, { vocabularySize: 40, size: 8 }, new Rng(5));
    expect(wordVectors(text, { vocabularySize: 40, size: 8 }, new Rng(5))).toEqual(once);
  });

  it("rejects values out of range", () => {
    const of = (options: Parameters<typeof wordVectors>[1]) => () => wordVectors(documents, options, new Rng(0));
    expect(of({ vocabularySize: 3, size: 2 })).toThrow("document 1 has the id 3, outside a vocabulary of 3");
    expect(of({ vocabularySize: 5, size: 6 })).toThrow("size must be a whole number from 1 to 5, got 6");
    expect(of({ vocabularySize: 5, size: 2, window: 0.5 })).toThrow("window must be a whole number from 1 to 1024");
    expect(of({ vocabularySize: NaN, size: 2 })).toThrow("vocabularySize must be");
  });
});
