import { expect, it } from "vitest";

import { escapeControls } from "./escape-controls.ts";

it("escapes control characters, and nothing else", () => {
  expect(escapeControls("good\n\x1b[2Jbad\t0.99\r\x07")).toBe("good\\n\\u001b[2Jbad\\t0.99\\r\\u0007");
  expect(escapeControls("\x7f\x9b31m\u2028\u2029\u202eabc\u2066\u200f\u061c")).toBe(
    "\\u007f\\u009b31m\\u2028\\u2029\\u202eabc\\u2066\\u200f\\u061c",
  );
  for (const text of ["", "ΟΔΟΣ naïve 東京", "👩🏽‍🚀 \u200d \u00ad", 'a "b" \\n c', "עִבְרִית"])
    expect(escapeControls(text)).toBe(text);
});

it("knows every control character, separator and direction mark", () => {
  const escaped: number[] = [];
  for (let point = 0; point <= 0x10ffff; point++) {
    if (escapeControls(String.fromCodePoint(point)) !== String.fromCodePoint(point)) escaped.push(point);
  }
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const strong = [0x61c, 0x200e, 0x200f];
  const ranges = [range(0x2028, 0x202e), range(0x2066, 0x2069), range(0xd800, 0xdfff)];
  expect(escaped).toEqual([range(0, 0x1f), range(0x7f, 0x9f), strong, ...ranges].flat());
});

it("does not change the value of a JSON text", () => {
  const value = { "l\u202e\n": ["\u009b", "\x00\t\ud800", "a\\n"] };
  const shown = escapeControls(JSON.stringify(value));
  expect(JSON.parse(shown)).toEqual(value);
  expect(shown).toMatch(/^[ -~]+$/);
});
