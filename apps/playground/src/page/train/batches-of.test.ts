import { expect, test } from "vitest";

import { batchesOf } from "./batches-of.ts";

const items = Array.from({ length: 7 }, (_, i) => i);
const first = (count: number, step: number): number[][] => {
  const batches = batchesOf(items, 3, step);
  return Array.from({ length: count }, () => batches.next().value as number[]);
};

test("every epoch has all items once, in another order", () => {
  const batches = first(6, 0);
  expect(batches.map(({ length }) => length)).toEqual([3, 3, 1, 3, 3, 1]);
  const [one, two] = [batches.slice(0, 3).flat(), batches.slice(3).flat()];
  expect(one.toSorted()).toEqual(items);
  expect(two.toSorted()).toEqual(items);
  expect(two).not.toEqual(one);
});

test("a resumed run sees the batches of an uninterrupted one", () => {
  expect(first(4, 2)).toEqual(first(6, 0).slice(2));
});
