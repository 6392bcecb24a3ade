import { expect, test } from "vitest";
import { bytesSource, type RandomAccess } from "../random-access.ts";
import { openSafetensors } from "./open-safetensors.ts";
import { readSafetensors } from "./read-safetensors.ts";
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

test("reads a Buffer whose tensors are not aligned", async () => {
  const header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
  const text = header.padEnd(header.length + ((1 - header.length) & 3));
  const [length, data] = [new Uint8Array(BigUint64Array.of(BigInt(text.length)).buffer), Float32Array.of(3, 4)];
  const buffer = Buffer.concat([length, Buffer.from(text), new Uint8Array(data.buffer)]);
  expect(readSafetensors(buffer).tensors.get("a")!.data).toEqual(data);
  expect((await (await openSafetensors(bytesSource(buffer))).tensor("a")).data).toEqual(data);
});

test("an unknown name is an error", async () => {
  const opened = await openSafetensors(bytesSource(file));
  await expect(opened.tensor("none")).rejects.toThrow(/has no "none"/);
});

test("rejects a wrong length before the header is read or allocated", async () => {
  const source = recording({ size: 2 ** 40, read: async () => Uint8Array.of(255, 255, 255, 255, 255, 0, 0, 0) });
  await expect(openSafetensors(source)).rejects.toThrow(/1099511627775 bytes, more than/);
  expect(source.ranges).toEqual([
    [0, 8],
    [0, 64], // for the error: is it another kind of file?
  ]);
});

test("a source that ends early is an error, not zeros", async () => {
  const opened = await openSafetensors({
    size: file.length,
    read: async (start, end) => file.subarray(start, Math.min(end, file.length - 3)),
  });
  await expect(opened.tensor("small")).rejects.toThrow(/got 5 bytes.*truncated/);
});
