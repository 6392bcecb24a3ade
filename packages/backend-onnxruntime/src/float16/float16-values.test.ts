import { describe, expect, it } from "vitest";
import { float16Bits, float16Numbers, largestFloat16 } from "./float16-values.ts";

const every: Uint16Array = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
const isFinite16 = (bits: number): boolean => (bits & 0x7c00) !== 0x7c00;

/** By the definition of IEEE 754. */
function numberOf(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const [exponent, digits] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return digits === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * digits * 2 ** -24 : sign * (1 + digits / 1024) * 2 ** (exponent - 15);
}

describe("float16 values", () => {
  it("are read from every pattern of bits", () => {
    const numbers = float16Numbers(every);
    expect(numbers).toEqual(Float32Array.from(every, numberOf));
  });

  it("are written exactly if float16 has them", () => {
    const finite = every.filter(isFinite16);
    expect(float16Bits(float16Numbers(finite))).toEqual(finite);
  });

  it("are rounded to the nearest, ties to even", () => {
    const lower = every.filter((bits) => isFinite16(bits) && isFinite16(bits + 1));
    const at = (fraction: number): Float32Array =>
      Float32Array.from(lower, (bits) => numberOf(bits) + fraction * (numberOf(bits + 1) - numberOf(bits)));
    expect(float16Bits(at(31 / 64))).toEqual(lower);
    expect(float16Bits(at(1 / 2))).toEqual(lower.map((bits) => bits + (bits & 1)));
    expect(float16Bits(at(33 / 64))).toEqual(lower.map((bits) => bits + 1));
  });

  it("round numbers between those that float16 has, and small ones to zero", () => {
    const numbers = Float32Array.of(0.1, -1 / 3, 65_519, 1e-9, -1e-9, 2 ** -25, 3 * 2 ** -26);
    const expected = [0.0999755859375, -0.333251953125, largestFloat16, 0, -0, 0, 2 ** -24];
    expect([...float16Numbers(float16Bits(numbers)!)]).toEqual(expected);
  });

  it("also in a part of an array", () => {
    expect([...float16Bits(Float32Array.of(5, 1, 2).subarray(1))!]).toEqual([0x3c00, 0x4000]);
  });

  it.each([65_520, -1e9, -3.4e38, Infinity, NaN])("do not include %s", (value) => {
    expect(float16Bits(Float32Array.of(1, value))).toBeUndefined();
  });
});
