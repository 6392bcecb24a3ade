import { expect, test } from "vitest";
import { PieceBuffer } from "../pipeline/piece-buffer.ts";
import { mostUnits, WordCache } from "./word-cache.ts";

const units = (word: string): Uint16Array => Uint16Array.from(word, (_, i) => word.charCodeAt(i));

/** Remembers a word as pieces of these lengths, with ids from 100 on. */
function remember(cache: WordCache, word: string, hash: number, lengths: readonly number[]): void {
  const pieces = new PieceBuffer();
  let at = 5;
  for (const [i, length] of lengths.entries()) pieces.push(100 + i, at, (at += length));
  cache.remember(units(word), word.length, hash, 5, pieces, 0);
}

function replay(cache: WordCache, word: string, hash: number): [id: number, start: number, end: number][] | undefined {
  const pieces = new PieceBuffer();
  if (!cache.replay(units(word), word.length, hash, 20, pieces)) return undefined;
  return Array.from({ length: pieces.length }, (_, i) => [pieces.ids[i]!, pieces.starts[i]!, pieces.ends[i]!]);
}

test("gives a word's pieces at another place", () => {
  const cache = new WordCache();
  expect(replay(cache, "unaffab", 7)).toBeUndefined();
  remember(cache, "unaffab", 7, [2, 3, 2]);
  expect(replay(cache, "unaffab", 7)).toEqual([
    [100, 20, 22],
    [101, 22, 25],
    [102, 25, 27],
  ]);
  remember(cache, "a".repeat(mostUnits), 8, [mostUnits]);
  expect(replay(cache, "a".repeat(mostUnits), 8)).toEqual([[100, 20, 20 + mostUnits]]);
});

test("tells words of one hash apart, of odd and even length, and lets the last take the place", () => {
  const cache = new WordCache();
  for (const word of ["ab", "abc", "ab\u0000", "abd", "愁b", "abcd"]) {
    remember(cache, word, 1, [word.length]);
    for (const other of ["ab", "abc", "ab\u0000", "abd", "愁b", "abcd"])
      expect(replay(cache, other, 1) !== undefined, `${word} ${other}`).toBe(other === word);
  }
});

test("leaves out a word of more pieces than fit", () => {
  const cache = new WordCache();
  remember(cache, "abcdefghij", 3, [1, 1, 8]);
  expect(replay(cache, "abcdefghij", 3)).toBeUndefined();
});
