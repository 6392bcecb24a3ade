import { expect, test } from "vitest";
import { PieceBuffer } from "./piece-buffer.ts";
import { PieceCache } from "./piece-cache.ts";

const units = (text: string): Uint16Array => Uint16Array.from(text, (_, i) => text.charCodeAt(i));

/** Caches a word as pieces of these lengths, with ids from 100. */
function store(cache: PieceCache, word: string, hash: number, lengths: readonly number[]): void {
  const pieces = new PieceBuffer(1);
  let at = 5;
  for (const [i, length] of lengths.entries()) pieces.push(100 + i, at, (at += length));
  cache.store(units(word), word.length, hash, 5, pieces, 0, pieces.word);
}

function replay(cache: PieceCache, word: string, hash: number): [id: number, start: number, end: number][] | undefined {
  const pieces = new PieceBuffer(1);
  if (!cache.replay(units(word), word.length, hash, 20, pieces)) return undefined;
  return Array.from({ length: pieces.length }, (_, i) => [pieces.ids[i]!, pieces.starts[i]!, pieces.ends[i]!]);
}

test("replays the pieces of a word at another position", () => {
  const cache = new PieceCache(16);
  expect(replay(cache, "unaffab", 7)).toBeUndefined();
  store(cache, "unaffab", 7, [2, 3, 2]);
  expect(replay(cache, "unaffab", 7)).toEqual([
    [100, 20, 22],
    [101, 22, 25],
    [102, 25, 27],
  ]);
  store(cache, "a".repeat(12), 8, [12]);
  expect(replay(cache, "a".repeat(12), 8)).toEqual([[100, 20, 32]]);
});

test("replays the pieces of a run with their gaps, from another word index", () => {
  const cache = new PieceCache(64);
  const pieces = new PieceBuffer();
  pieces.word = 3;
  pieces.pushWord(7, 2, 4);
  pieces.pushWord(9, 5, 6);
  cache.store(units("ab,c"), 4, 42, 2, pieces, 0, 3);
  const replayed = new PieceBuffer(1);
  replayed.word = 10;
  expect(cache.replay(units("ab,c"), 4, 42, 0, replayed)).toBe(true);
  expect(replayed.word).toBe(12);
  expect([...replayed.ids.subarray(0, 2)]).toEqual([7, 9]);
  expect([...replayed.starts.subarray(0, 2)]).toEqual([0, 3]);
  expect([...replayed.ends.subarray(0, 2)]).toEqual([2, 4]);
  expect([...replayed.words.subarray(0, 2)]).toEqual([10, 11]);
});

test("distinguishes texts with the same hash, of odd and even length; the last one keeps the slot", () => {
  const cache = new PieceCache(16);
  for (const word of ["ab", "abc", "ab\u0000", "abd", "愁b", "abcd"]) {
    store(cache, word, 1, [word.length]);
    for (const other of ["ab", "abc", "ab\u0000", "abd", "愁b", "abcd"])
      expect(replay(cache, other, 1) !== undefined, `${word} ${other}`).toBe(other === word);
  }
});

test("does not cache what does not fit", () => {
  const cache = new PieceCache(16);
  store(cache, "abcdefghij", 3, [1, 1, 1, 1, 6]);
  expect(replay(cache, "abcdefghij", 3)).toEqual([
    [100, 20, 21],
    [101, 21, 22],
    [102, 22, 23],
    [103, 23, 24],
    [104, 24, 30],
  ]);
  store(cache, "abcdefghik", 4, [1, 1, 1, 1, 1, 5]);
  expect(replay(cache, "abcdefghik", 4)).toBeUndefined();
});
