import { expect, test } from "vitest";
import { inPlaceTranspose, transposeMatrix } from "./transpose.ts";

const sizes: [number, number][] = [
  [1, 1],
  [3, 5],
  [8, 8],
  [16, 300],
  [259, 17],
  [7, 513],
];

test.each(sizes)("%i × %i, as a copy and where it lies", (rows, columns) => {
  const data = Float32Array.from({ length: rows * columns }, (_, i) => i);
  const turned = Array.from(data, (_, i) => (i % rows) * columns + Math.floor(i / rows));
  expect([...transposeMatrix(data, rows, columns)]).toEqual(turned);
  expect([...data.subarray(0, 2)]).toEqual([0, 1].slice(0, data.length));
  const transpose = inPlaceTranspose();
  transpose(Float32Array.from({ length: 4096 }), 64, 64); // leaves spare memory of another size
  transpose(data, rows, columns);
  expect([...data]).toEqual(turned);
  const integers = Int32Array.of(1, 2, 3, 4, 5, 6);
  transpose(integers, 2, 3);
  expect([...integers]).toEqual([1, 4, 2, 5, 3, 6]);
});
