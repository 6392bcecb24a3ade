import { expect, test } from "vitest";
import { transposeOneByOne, transposeMatrix } from "./transpose.ts";

const sizes: [number, number][] = [
  [1, 1],
  [3, 5],
  [8, 8],
  [16, 300],
  [259, 17],
  [7, 513],
];

test.each(sizes)("%i × %i, as a copy and one by one", (rows, columns) => {
  const data = Float32Array.from({ length: rows * columns }, (_, i) => i);
  const turned = Array.from(data, (_, i) => (i % rows) * columns + Math.floor(i / rows));
  expect([...transposeMatrix(data, rows, columns)]).toEqual(turned);
  expect([...data.subarray(0, 2)]).toEqual([0, 1].slice(0, data.length));
  const transpose = transposeOneByOne();
  const given = [data, data.map((x) => -x), new Float32Array([0, ...data]).subarray(1), data.map((x) => 2 * x)];
  const results = given.map((matrix) => transpose(matrix.slice(), rows, columns));
  const [own, negative, part, double] = given.map((matrix) => transpose(matrix, rows, columns));
  expect([...own!]).toEqual(turned);
  expect([...negative!]).toEqual(turned.map((x) => -x));
  expect([...part!]).toEqual(turned);
  expect([...double!]).toEqual(turned.map((x) => 2 * x));
  expect(results.map((matrix) => [...matrix])).toEqual([own, negative, part, double].map((matrix) => [...matrix!]));
  expect([...transpose(Int32Array.of(1, 2, 3, 4, 5, 6), 2, 3)]).toEqual([1, 4, 2, 5, 3, 6]);
});
