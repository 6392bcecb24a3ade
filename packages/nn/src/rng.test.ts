import { expect, it } from "vitest";

import { Rng } from "./rng.ts";

it("repeats for the same seed, resumes from a state, and splits into independent streams", () => {
  const a = new Rng(42);
  const b = new Rng(42);
  expect(Array.from({ length: 5 }, () => a.random())).toEqual(Array.from({ length: 5 }, () => b.random()));
  const resumed = Rng.fromState(JSON.parse(JSON.stringify(a.state())));
  expect(resumed.random()).toBe(b.random());
  expect(a.split().random()).not.toBe(a.split().random());
  expect(new Rng(1).random()).not.toBe(new Rng(2).random());
});

it("has the same state for a seed of 32 bits as before, and another for each other seed", () => {
  expect(new Rng(0).state()).toEqual([1684164658, 3653269916, 2939563536, 2141751570]);
  expect(new Rng(42).state()).toEqual([551831576, 144025891, 322543647, 3034809370]);
  expect(new Rng(2 ** 32 - 1).state()).toEqual([3950124170, 4293442868, 1302505678, 2762329221]);
  const near = (seed: number): number[] => Array.from({ length: 201 }, (_, i) => seed - 100 + i);
  const seeds = new Set([0, 2 ** 31, 2 ** 32, -(2 ** 32), 2 ** 33, 2 ** 52, -(2 ** 52)].flatMap(near));
  seeds.add(Number.MAX_SAFE_INTEGER).add(Number.MIN_SAFE_INTEGER);
  const states = [...seeds].map((seed) => new Rng(seed).state());
  for (const word of [0, 1, 2, 3]) expect(new Set(states.map((state) => state[word])).size).toBe(seeds.size);
});

it("returns the published first numbers of xoshiro128** for the state 1, 2, 3, 4", () => {
  const rng = Rng.fromState([1, 2, 3, 4]);
  expect([rng.bits(), rng.bits(), rng.bits(), rng.bits()]).toEqual([11520, 0, 5927040, 70819200]);
});

it("draws unbiased integers, normals and shuffles", () => {
  const rng = new Rng(7);
  const counts = [0, 0, 0];
  for (let i = 0; i < 30_000; i++) counts[rng.integer(0, 2)]!++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500); // six standard errors
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < 40_000; i++) {
    const z = rng.normal();
    sum += z;
    squares += z * z;
  }
  expect(Math.abs(sum / 40_000)).toBeLessThan(0.03);
  expect(Math.abs(squares / 40_000 - 1)).toBeLessThan(0.05);
  const items = [1, 2, 3, 4, 5];
  rng.shuffle(items);
  expect(items.toSorted()).toEqual([1, 2, 3, 4, 5]);
});
