import { expect, it } from "vitest";

import { normal, ones, truncatedNormal, zeros } from "./initializers.ts";
import { Rng } from "./rng.ts";

const count = 10_000;
const filled = (initializer: typeof zeros): number[] => {
  const values = new Float32Array(count).fill(NaN);
  initializer(values, new Rng(3));
  return [...values];
};
const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const deviation = (values: readonly number[]): number => Math.sqrt(mean(values.map((x) => x * x)));

it("fill with zeros and ones", () => {
  expect(new Set(filled(zeros))).toEqual(new Set([0]));
  expect(new Set(filled(ones))).toEqual(new Set([1]));
});

it("draw normal numbers of a standard deviation", () => {
  const values = filled(normal(0.5));
  expect(Math.abs(mean(values))).toBeLessThan(0.03); // six standard errors
  expect(Math.abs(deviation(values) - 0.5)).toBeLessThan(0.03);
  expect(values.some((x) => Math.abs(x) > 1)).toBe(true);
});

it("draw normal numbers within two standard deviations", () => {
  const values = filled(truncatedNormal(0.5));
  expect(Math.abs(mean(values))).toBeLessThan(0.03);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
  expect(deviation(values)).toBeCloseTo(0.5 * 0.8796, 1); // the standard deviation of a normal truncated at 2σ
});
