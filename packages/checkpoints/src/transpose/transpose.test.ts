import { afterEach, expect, test, vi } from "vitest";
import { transposeBlocks } from "./transpose-blocks.ts";
import type { Matrix } from "./matrix.ts";
import { transposer } from "./transpose.ts";

afterEach(() => vi.unstubAllGlobals());

const sizes: [number, number][] = [
  [1, 1],
  [3, 5],
  [16, 300],
  [259, 17],
  [7, 513],
  [64, 64],
  [4, 1024],
  [1028, 4],
  [132, 260],
  [772, 132],
  [1540, 20],
];

const kinds: (Float32ArrayConstructor | Int32ArrayConstructor | Uint8ArrayConstructor)[] = [
  Float32Array,
  Int32Array,
  Uint8Array,
];

test.each(["with SIMD", "without WebAssembly"])("transposes matrices, %s", (how) => {
  if (how === "without WebAssembly") vi.stubGlobal("WebAssembly", undefined);
  expect(transposeBlocks()(new Float32Array(4096), 64, 64, new Float32Array(4096))).toBe(how === "with SIMD");
  const transpose = transposer(); // one for all, so that its scratch memory has values of other sizes
  for (const [rows, columns] of sizes) {
    for (const kind of kinds) {
      const data = new kind(rows * columns).map((_, i) => i * 7);
      const transposed = new kind(data.length).map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!);
      const before = data.slice();
      const other = new kind(data.length);
      transpose(data, rows, columns, other);
      expect([isSame(other, transposed), isSame(data, before)], `${kind.name} ${rows} × ${columns}`).toEqual([
        true,
        true,
      ]);
      transpose(data, rows, columns);
      expect(isSame(data, transposed), `${kind.name} ${rows} × ${columns} in place`).toBe(true);
    }
  }
});

function isSame(a: Matrix, b: Matrix): boolean {
  return Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: Matrix): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

test("keeps the bits of NaN", () => {
  const bits = Int32Array.from({ length: 4096 }, (_, i) => 0x7f800001 + i);
  const data = new Float32Array(bits.buffer.slice(0));
  const transpose = transposer();
  transpose(data, 64, 64);
  transpose(data, 64, 64);
  expect(new Int32Array(data.buffer)).toEqual(bits);
});

test("does not touch memory around a view", () => {
  const memory = new Float32Array(4096 + 8).fill(-1);
  const view = memory.subarray(4, 4100);
  view.forEach((_, i) => (view[i] = i));
  transposer()(view, 32, 128);
  expect([...memory.subarray(0, 4), ...memory.subarray(4100)]).toEqual(new Array(8).fill(-1));
  expect(view[1]).toBe(128);
});
