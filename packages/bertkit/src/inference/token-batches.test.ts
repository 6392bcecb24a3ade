import { expect, test } from "vitest";
import { tokenBatches } from "./token-batches.ts";

test("batches hold rows of similar length, as many as the tokens allow, padding included", () => {
  const lengths = [3, 10, 4, 9, 2, 30];
  expect(tokenBatches(lengths, { batchTokens: 20, batchSize: Infinity })).toEqual([[5], [1, 3], [2, 0, 4]]);
  expect(tokenBatches(lengths, { batchTokens: Infinity, batchSize: 4 })).toEqual([[5, 1, 3, 2], [0, 4]]); // prettier-ignore
  expect(tokenBatches([], { batchTokens: 20, batchSize: 4 })).toEqual([]);
  expect(tokenBatches([0, 0], { batchTokens: 20, batchSize: 4 })).toEqual([[0, 1]]);
});

test("padding to a multiple counts, up to the maximum length", () => {
  const limits = { batchTokens: 100, batchSize: Infinity, lengthMultiple: 32 };
  expect(tokenBatches([42, 3, 42, 5, 42, 7], limits)).toEqual([[0], [2], [4], [5, 3, 1]]);
  expect(tokenBatches([42, 3, 42, 5, 42, 7], { ...limits, maxLength: 50 })).toEqual([[0, 2], [4, 5], [3, 1]]); // prettier-ignore
  expect(tokenBatches([140, 130], { ...limits, batchTokens: 280 })).toEqual([[0, 1]]);
});

test("rows are divided where padding would cost more than another batch", () => {
  const lengths = [4, 10, 3, 9, 4, 10];
  const limits = { batchTokens: 100, batchSize: 8 };
  expect(tokenBatches(lengths, { ...limits, batchCost: 50 })).toEqual([[1, 5, 3, 0, 4, 2]]);
  expect(tokenBatches(lengths, { ...limits, batchCost: 5 })).toEqual([[1, 5, 3], [0, 4, 2]]); // prettier-ignore
  expect(tokenBatches(lengths, { ...limits, batchCost: 0.5 })).toEqual([[1, 5], [3], [0, 4], [2]]);
  expect(tokenBatches(lengths, { ...limits, batchTokens: 20, batchCost: 5 })).toEqual([[1, 5], [3], [0, 4, 2]]);
  expect(tokenBatches([], { ...limits, batchCost: 5 })).toEqual([]);
});
