import { describe, expect, test } from "vitest";
import { rust } from "../__fixtures__/rust-tokenizer.ts";
import { BertPreTokenizer } from "./bert-pre-tokenizer.ts";
import type { PreTokenizer } from "./pre-tokenizer.ts";
import { WhitespacePreTokenizer } from "./whitespace-pre-tokenizer.ts";

function words(preTokenizer: PreTokenizer, text: string): string[] {
  const found: string[] = [];
  preTokenizer.split(text, 0, text.length, (start, end) => found.push(text.slice(start, end)));
  return found;
}

describe.each([
  ["BertPreTokenizer", new BertPreTokenizer(), rust.bertPreTokenizer(), 0x110000],
  // It uses the runtime's Unicode version, so only old, stable scripts are compared.
  ["WhitespacePreTokenizer", new WhitespacePreTokenizer(), rust.whitespacePreTokenizer(), 0x800],
] as const)("%s", (_, ours, theirs, end) => {
  test("splits at every code point as the Rust library does", () => {
    const different: string[] = [];
    for (let start = 0; start < end; start += 256) {
      let text = "";
      for (let point = start; point < start + 256; point++) {
        if (point < 0xd800 || point > 0xdfff) text += `a${String.fromCodePoint(point)}b`;
      }
      const expected = theirs.preTokenizeString(text).map(([word]) => word);
      if (words(ours, text).join("\n") !== expected.join("\n")) different.push(start.toString(16));
    }
    expect(different).toEqual([]);
  });
});

test("splits only the given part of a text", () => {
  const found: [number, number][] = [];
  new BertPreTokenizer().split("one two, three", 4, 8, (start, end) => found.push([start, end]));
  expect(found).toEqual([
    [4, 7],
    [7, 8],
  ]);
});
