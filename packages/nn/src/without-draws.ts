import { Rng } from "./rng.ts";

/**
 * An `Rng` for a model whose weights are loaded next: until then they are zero, whatever the initializer, and take no
 * memory. Drawing a hundred million initial weights would dominate the loading time.
 */
export const withoutDraws: Rng = Object.assign(new Rng(0), { fill: () => {} });

let shared: WeakRef<ArrayBuffer> | undefined;

/** Zeros in one shared buffer: no backend writes to the array that a tensor was created from. */
export function sharedZeros(size: number): Float32Array {
  let buffer = shared?.deref();
  if (buffer === undefined || buffer.byteLength < 4 * size) shared = new WeakRef((buffer = new ArrayBuffer(4 * size)));
  return new Float32Array(buffer, 0, size);
}
