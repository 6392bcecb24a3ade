import { expect, test } from "vitest";
import { bytesSource, type RandomAccess } from "../random-access.ts";
import { openSafetensors } from "./open-safetensors.ts";
import { writeSafetensors } from "./write-safetensors.ts";

const file = writeSafetensors([
  { name: "big", shape: [1000], data: new Float32Array(1000).fill(1) },
  { name: "small", shape: [2], data: Float32Array.of(3, 4) },
]);

function recording(source: RandomAccess): RandomAccess & { ranges: [number, number][] } {
  const ranges: [number, number][] = [];
  return { size: source.size, ranges, read: (start, end) => (ranges.push([start, end]), source.read(start, end)) };
}

test("reads the header, then only the requested tensor", async () => {
  const source = recording(bytesSource(file));
  const opened = await openSafetensors(source);
  expect([...opened.entries.keys()]).toEqual(["big", "small"]);
  expect((await opened.tensor("small")).data).toEqual(Float32Array.of(3, 4));
  expect(source.ranges).toEqual([
    [0, 8],
    [8, file.length - 4008],
    [file.length - 8, file.length],
  ]);
});

test("an unknown name is an error", async () => {
  const opened = await openSafetensors(bytesSource(file));
  await expect(opened.tensor("none")).rejects.toThrow(/has no "none"/);
});

test("rejects a wrong length before anything is read or allocated", async () => {
  const source = recording({ size: 2 ** 40, read: async () => Uint8Array.of(255, 255, 255, 255, 255, 0, 0, 0) });
  await expect(openSafetensors(source)).rejects.toThrow(/1099511627775 bytes, more than/);
  expect(source.ranges).toEqual([[0, 8]]);
});

test("a source that ends early is an error, not zeros", async () => {
  const opened = await openSafetensors({
    size: file.length,
    read: async (start, end) => file.subarray(start, Math.min(end, file.length - 3)),
  });
  await expect(opened.tensor("small")).rejects.toThrow(/got 5 bytes.*truncated/);
});
