import { expect, test } from "vitest";
import { crc32, crc32c, maskedCrc32c } from "./crc-32.ts";

const digits = new TextEncoder().encode("123456789");

// Check values of the CRC catalog, and of RFC 3720, B.4.
test("the published check values", () => {
  expect(crc32(digits)).toBe(0xcbf43926);
  expect(crc32c(digits)).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

test("equals the bit-by-bit definition for every length and offset", () => {
  const bytes = Uint8Array.from({ length: 40 }, (_, i) => (i * 37 + 11) & 0xff);
  for (let start = 0; start < 9; start++) {
    for (let end = start; end <= bytes.length; end++) {
      const part = bytes.subarray(start, end);
      let crc = -1;
      for (const byte of part) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
      }
      expect(crc32c(part)).toBe(~crc >>> 0);
    }
  }
});

test("masking is TensorFlow's rotation and constant", () => {
  expect(maskedCrc32c(digits)).toBe(((((0xe3069283 >>> 15) | (0xe3069283 << 17)) >>> 0) + 0xa282ead8) % 2 ** 32);
});
