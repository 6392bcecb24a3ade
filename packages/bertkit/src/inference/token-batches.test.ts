import { expect, test } from "vitest";
import { tokenBatches } from "./token-batches.ts";

test("batches hold rows of similar length, as many as the tokens allow, padding included", () => {
  const lengths = [3, 10, 4, 9, 2, 30];
  expect(tokenBatches(lengths, { batchTokens: 20, batchSize: Infinity })).toEqual([[5], [1, 3], [2, 0, 4]]);
  expect(tokenBatches(lengths, { batchTokens: Infinity, batchSize: 4 })).toEqual([[5, 1, 3, 2], [0, 4]]); // prettier-ignore
  expect(tokenBatches([], { batchTokens: 20, batchSize: 4 })).toEqual([]);
  expect(tokenBatches([0, 0], { batchTokens: 20, batchSize: 4 })).toEqual([[0, 1]]);
});
