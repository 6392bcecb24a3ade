import * as fc from "fast-check";
import { expect, test } from "vitest";
import { TokenizerError } from "../tokenizer-error.ts";
import { pieceList } from "./piece-list.ts";
import { PieceTrie } from "./piece-trie.ts";

const twice = (id: number, first: number): TokenizerError => new TokenizerError("vocabulary", `${id} is ${first}`);

function units(text: string): Uint16Array {
  return Uint16Array.from(text, (_, i) => text.charCodeAt(i));
}

/** Few letters, so that pieces share prefixes; some share a byte of their units. */
const text = fc.string({ unit: fc.constantFrom("a", "b", "#", "š", "ġ", "愁", "\u0000", "\ud800"), maxLength: 9 });

test("finds the longest piece from any node, and its end", () => {
  fc.assert(
    fc.property(fc.uniqueArray(text.filter((piece) => piece !== "")), text, text, (pieces, start, rest) => {
      const trie = new PieceTrie(pieceList(pieces), twice);
      const node = trie.find(start);
      expect(node !== 0).toBe(start === "" || pieces.some((piece) => piece.startsWith(start)));
      if (node === 0) return;
      const ends = Array.from({ length: rest.length }, (_, i) => rest.length - i);
      const end = ends.find((size) => pieces.includes(start + rest.slice(0, size)));
      const padded = units(`xx${rest}`);
      const id = trie.longest(padded, 2, padded.length, node);
      expect(id).toBe(end === undefined ? -1 : pieces.indexOf(start + rest.slice(0, end)));
      if (end !== undefined) expect(trie.end).toBe(2 + end);
    }),
    { numRuns: 1000 },
  );
});

test("grows for pieces longer than expected", () => {
  const pieces = Array.from({ length: 50 }, (_, i) => `${i}`.repeat(40));
  const trie = new PieceTrie(pieceList(pieces), twice);
  expect(pieces.map((piece) => trie.id(trie.find(piece)))).toEqual(pieces.map((_, id) => id));
  expect(trie.id(trie.find("77"))).toBe(-1);
  expect(trie.id(trie.root)).toBe(-1);
});

test("reports a duplicate or empty piece", () => {
  expect(() => new PieceTrie(pieceList(["a", "", "b"]), twice)).toThrow("1 is -1");
  expect(() => new PieceTrie(pieceList(["a", "ab", "a"]), twice)).toThrow("2 is 0");
});
