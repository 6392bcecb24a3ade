import { expect, test } from "vitest";
import { utf16Of } from "./utf16-of.ts";

test("names the encoding of a byte-order mark of UTF-16", () => {
  expect(utf16Of(Uint8Array.of(0xff, 0xfe, 0x61, 0))).toBe("utf-16le");
  expect(utf16Of(Uint8Array.of(0xfe, 0xff))).toBe("utf-16be");
  for (const other of [[], [0xff], [0xef, 0xbb, 0xbf], [0xff, 0xff], [0x61, 0xff, 0xfe]])
    expect(utf16Of(Uint8Array.from(other))).toBeUndefined();
});
