import { expect, it } from "vitest";
import { dequantizeMatrix, quantizeMatrix } from "./quantize-matrix.ts";

const values = new Float32Array([1, -100, 0.25, -0.5, 127, 0.1, 0, 0, 0]); // rows of 3

it("rounds each row by its own largest number", () => {
  const matrix = quantizeMatrix(values, [3, 3], 0);
  expect([...matrix.scales]).toEqual([100 / 127, 1, 1].map(Math.fround));
  expect([...matrix.bytes]).toEqual([129, 1, 128, 128, 255, 128, 128, 128, 128]);
  const read = dequantizeMatrix(matrix, [3, 3], 0);
  read.forEach((value, i) =>
    expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(matrix.scales[Math.floor(i / 3)]! * 0.5001),
  );
});

it("rounds each column by its own largest number", () => {
  const matrix = quantizeMatrix(values, [3, 3], 1);
  expect([...matrix.scales]).toEqual([1 / 127, 1, 0.25 / 127].map(Math.fround));
  const read = dequantizeMatrix(matrix, [3, 3], 1);
  read.forEach((value, i) => expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(matrix.scales[i % 3]! * 0.5001));
});
