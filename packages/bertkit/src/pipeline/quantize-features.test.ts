import { expect, it } from "vitest";
import { Features } from "./features.ts";
import { quantizeFeatures } from "./quantize-features.ts";

const row = [1, -1, 0, 0.5, -2, -3, 4, 1e-9, -1, -1, -1, -1, -1, -1, -1, 2];

it("packs eight signs into a byte, the first highest", () => {
  const bits = quantizeFeatures("test", new Features(Float32Array.from(row), [1, 16]), "ubinary");
  expect([bits.type, bits.dims, bits.data]).toEqual(["uint8", [1, 2], Uint8Array.of(0b1001_0011, 0b0000_0001)]);
  const signed = quantizeFeatures("test", new Features(Float32Array.from(row), [2, 8]), "binary");
  expect([signed.type, signed.dims, signed.data]).toEqual(["int8", [2, 1], Int8Array.of(0b1001_0011 - 128, 1 - 128)]);
  expect(signed.tolist()).toEqual([[19], [-127]]);
});

it.each([
  [[1, 2, 8], 'test: quantize needs one vector for each text. Pass a pooling, such as "mean".'],
  [[4, 4], "test: quantize needs vectors of a multiple of eight numbers, got 4. Omit it."],
])("rejects dims %j", (dims, message) => {
  expect(() => quantizeFeatures("test", new Features(Float32Array.from(row), dims), "binary")).toThrow(message);
});
