import { describe, expect, test } from "vitest";
import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from "./half-floats.ts";

const everyPattern = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
const isNan = (bits: number, exponentMask: number, fractionMask: number): boolean =>
  (bits & exponentMask) === exponentMask && (bits & fractionMask) !== 0;

describe("binary16", () => {
  test.each([
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x3555, 0.333251953125],
    [0x7c00, Infinity],
    [0x8000, -0],
  ])("0x%s is %s", (bits, value) => {
    expect(decodeFloat16(Uint16Array.of(bits))[0]).toBe(value);
    expect(encodeFloat16(Float32Array.of(value))[0]).toBe(bits);
  });

  test("every pattern survives the way to float32 and back", () => {
    const back = encodeFloat16(decodeFloat16(everyPattern));
    const changed = everyPattern.filter((bits) =>
      isNan(bits, 0x7c00, 0x3ff) ? (back[bits]! & 0x7fff) !== 0x7e00 : back[bits] !== bits,
    );
    expect([...changed]).toEqual([]);
  });

  test("rounds to nearest, ties to even", () => {
    const values = Float32Array.of(
      1 + 2 ** -11,
      1 + 3 * 2 ** -11,
      65519,
      65520,
      1e9,
      1.5 * 2 ** -24,
      2.5 * 2 ** -24,
      2 ** -25,
      1.1 * 2 ** -25,
      (1023.5 / 1024) * 2 ** -14,
    );
    expect([...encodeFloat16(values)]).toEqual([0x3c00, 0x3c02, 0x7bff, 0x7c00, 0x7c00, 2, 2, 0, 1, 0x0400]);
  });
});

describe("bfloat16", () => {
  test("every pattern survives the way to float32 and back", () => {
    const back = encodeBfloat16(decodeBfloat16(everyPattern));
    const changed = everyPattern.filter((bits) =>
      isNan(bits, 0x7f80, 0x7f) ? !isNan(back[bits]!, 0x7f80, 0x7f) : back[bits] !== bits,
    );
    expect([...changed]).toEqual([]);
  });

  test("rounds to nearest, ties to even", () => {
    expect([...encodeBfloat16(Float32Array.of(1 + 2 ** -8, 1 + 3 * 2 ** -8, 3.4e38))]).toEqual([
      0x3f80, 0x3f82, 0x7f80,
    ]);
  });
});
