import type { FileHandle } from "node:fs/promises";
import { expect, it } from "vitest";
import { readInto } from "./read-into.ts";

/** A file of that many bytes, of which only the requests are kept. */
function fileOf(size: number): { handle: FileHandle; requests: number[][] } {
  const requests: number[][] = [];
  const read = async (_bytes: Uint8Array, offset: number, length: number, place: number): Promise<object> => {
    requests.push([offset, length, place]);
    return { bytesRead: Math.min(length, size - place) };
  };
  return { handle: { read } as unknown as FileHandle, requests };
}

it("reads 2 GiB or more in several parts", async () => {
  const { handle, requests } = fileOf(2 ** 32);
  expect(await readInto(new Uint8Array(2 ** 31 + 8), handle, 5)).toBe(2 ** 31 + 8);
  expect(requests).toEqual([
    [0, 2 ** 30, 5],
    [2 ** 30, 2 ** 30, 5 + 2 ** 30],
    [2 ** 31, 8, 5 + 2 ** 31],
  ]);
});

it("returns fewer bytes at the end of the file", async () => {
  expect(await readInto(new Uint8Array(10), fileOf(7).handle, 3)).toBe(4);
});
