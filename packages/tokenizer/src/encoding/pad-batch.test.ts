import { expect, it } from "vitest";

import { padBatch } from "./pad-batch.ts";

const row = (ids: number[], types: number[]) => ({ ids: Int32Array.from(ids), tokenTypeIds: Int32Array.from(types) });
const rows = [row([1, 5, 2], [0, 0, 1]), row([1], [0])];

it("pads to the longest row", () => {
  expect(padBatch(rows)).toEqual({
    inputIds: Int32Array.of(1, 5, 2, 1, 0, 0),
    attentionMask: Int32Array.of(1, 1, 1, 1, 0, 0),
    tokenTypeIds: Int32Array.of(0, 0, 1, 0, 0, 0),
    shape: [2, 3],
  });
  expect(padBatch([])).toMatchObject({ inputIds: new Int32Array(0), shape: [0, 0] });
});

it("pads to a length, on either side, with an id", () => {
  expect(padBatch(rows, { length: 4, paddingId: 9 }).inputIds).toEqual(Int32Array.of(1, 5, 2, 9, 1, 9, 9, 9));
  const left = padBatch(rows, { length: 4, paddingId: 9, paddingSide: "left" });
  expect(left.inputIds).toEqual(Int32Array.of(9, 1, 5, 2, 9, 9, 9, 1));
  expect(left.attentionMask).toEqual(Int32Array.of(0, 1, 1, 1, 0, 0, 0, 1));
  expect(left.tokenTypeIds).toEqual(Int32Array.of(0, 0, 0, 1, 0, 0, 0, 0));
});

it.each([null, {}, { ids: [1] }, { ids: 1, tokenTypeIds: 1 }, { ids: [1], tokenTypeIds: [] }, "ab"])(
  "rejects a row %j",
  (wrong) => {
    const message = "padBatch: rows[1] must be { ids, tokenTypeIds } of one length, got ";
    expect(() => padBatch([rows[0]!, wrong as never])).toThrow(message);
  },
);

it.each([
  [{ length: 2 }, RangeError, /^padBatch: length must be at least 3, the longest row, got 2/],
  [{ length: 3.5 }, RangeError, /got 3.5/],
  [{ paddingId: NaN }, RangeError, /paddingId must be a whole number of at least 0, got NaN/],
  [{ paddingSide: "top" }, RangeError, /paddingSide must be right or left, got top/],
  [{ maxLength: 8 }, TypeError, /must be one of length paddingId paddingSide, got maxLength/],
])("rejects %j", (options, error, message) => {
  expect(() => padBatch(rows, options as never)).toThrow(error);
  expect(() => padBatch(rows, options as never)).toThrow(message);
});
