import { expect, it } from "vitest";

import { freeBuffer } from "./free-buffer.ts";

it("frees memory before any garbage collection", () => {
  const before = process.memoryUsage().arrayBuffers;
  const buffers = Array.from({ length: 4 }, () => new ArrayBuffer(16 * 2 ** 20));
  const held = process.memoryUsage().arrayBuffers;
  expect(held - before).toBeGreaterThan(60 * 2 ** 20);
  for (const buffer of buffers) freeBuffer(buffer);
  expect(held - process.memoryUsage().arrayBuffers).toBeGreaterThan(60 * 2 ** 20);
  expect(buffers.map(({ byteLength }) => byteLength)).toEqual([0, 0, 0, 0]);
});

it("leaves a buffer that cannot be sent", () => {
  const { buffer } = new WebAssembly.Memory({ initial: 1 });
  freeBuffer(buffer);
  expect(buffer.byteLength).toBe(65_536);
});
