import { expect, test } from "vitest";
import { PieceBuffer } from "./piece-buffer.ts";
import { RunCache } from "./run-cache.ts";

test("replays pieces at another place and from another word", () => {
  const cache = new RunCache();
  const pieces = new PieceBuffer(1);
  pieces.push(7, 2, 4);
  pieces.push(9, 4, 5);
  pieces.words.set([3, 4]);
  expect(cache.replay("..abc", 2, 5, 42, 0, pieces)).toBe(-1);
  cache.remember("..abc", 2, 5, 42, 3, 2, pieces, 0);
  const replayed = new PieceBuffer(1);
  expect(cache.replay("abc", 0, 3, 42, 10, replayed)).toBe(2);
  expect([...replayed.ids.subarray(0, 2)]).toEqual([7, 9]);
  expect([...replayed.starts.subarray(0, 2)]).toEqual([0, 2]);
  expect([...replayed.ends.subarray(0, 2)]).toEqual([2, 3]);
  expect([...replayed.words.subarray(0, 2)]).toEqual([10, 11]);
});

test("tells runs of one hash apart", () => {
  const cache = new RunCache();
  const pieces = new PieceBuffer();
  for (const [i, run] of ["ab", "cd", "abc"].entries()) {
    pieces.length = 0;
    pieces.push(i, 0, run.length);
    cache.remember(run, 0, run.length, 1, 0, 1, pieces, 0);
  }
  for (const [i, run] of ["ab", "cd", "abc"].entries()) {
    pieces.length = 0;
    cache.replay(run, 0, run.length, 1, 0, pieces);
    expect(pieces.ids[0]).toBe(i);
  }
  expect(cache.replay("xx", 0, 2, 1, 0, pieces)).toBe(-1);
});

test("starts again when it is full, and stays right", () => {
  const cache = new RunCache();
  const pieces = new PieceBuffer();
  const runs = 150_000;
  for (let i = 0; i < runs; i++) {
    const run = `r${i}`;
    pieces.length = 0;
    pieces.push(i, 0, run.length);
    pieces.words[0] = 0;
    cache.remember(run, 0, run.length, Math.imul(i, 0x9e3779b1), 0, 1, pieces, 0);
  }
  let known = 0;
  for (let i = 0; i < runs; i++) {
    pieces.length = 0;
    if (cache.replay(`r${i}`, 0, `r${i}`.length, Math.imul(i, 0x9e3779b1), 0, pieces) === -1) continue;
    known++;
    if (pieces.ids[0] !== i) throw new Error(`r${i} gave ${pieces.ids[0]}`);
  }
  expect(known).toBe(runs % 65_536);
});
