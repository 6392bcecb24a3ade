import { expect, it } from "vitest";
import { readInto, writeAll } from "./file-transfer.ts";

type Parameters = [bytes: Uint8Array, offset: number, length: number, position: number];

/** A file of that many bytes, of which only the requests are kept. */
function fileOf(size: number) {
  const requests: number[][] = [];
  return {
    requests,
    async read(...[, offset, length, place]: Parameters) {
      requests.push([offset, length, place]);
      return { bytesRead: Math.min(length, size - place) };
    },
    async write(...[, offset, length, place]: Parameters) {
      requests.push([offset, length, place]);
      return { bytesWritten: Math.min(length, size) };
    },
  };
}

const parts = [
  [0, 2 ** 30, 5],
  [2 ** 30, 2 ** 30, 5 + 2 ** 30],
  [2 ** 31, 8, 5 + 2 ** 31],
];

it("reads 2 GiB or more in several parts", async () => {
  const file = fileOf(2 ** 32);
  expect(await readInto(new Uint8Array(2 ** 31 + 8), file, 5)).toBe(2 ** 31 + 8);
  expect(file.requests).toEqual(parts);
});

it("returns fewer bytes at the end of the file", async () => {
  expect(await readInto(new Uint8Array(10), fileOf(7), 3)).toBe(4);
});

it("writes 2 GiB or more in several parts", async () => {
  const file = fileOf(2 ** 32);
  await writeAll(new Uint8Array(2 ** 31 + 8), file, 5);
  expect(file.requests).toEqual(parts);
});

it("writes what a single write leaves", async () => {
  const file = fileOf(4); // bytes of one write
  await writeAll(new Uint8Array(10), file, 1);
  expect(file.requests).toEqual([
    [0, 10, 1],
    [4, 6, 5],
    [8, 2, 9],
  ]);
});
