import { Rng } from "./rng.ts";

/**
 * Takes an `Rng`'s place where a model's weights are about to be loaded: they are zero until then, whatever their
 * initializer, and take no memory of their own. Drawing a hundred million numbers first would take most of the time.
 */
export const withoutDraws: Rng = Object.assign(new Rng(0), { fill: () => {} });

let shared: WeakRef<ArrayBuffer> | undefined;

/** Zeros in memory that all such weights share: no backend writes to what a tensor was made of. */
export function sharedZeros(size: number): Float32Array {
  let buffer = shared?.deref();
  if (buffer === undefined || buffer.byteLength < 4 * size) shared = new WeakRef((buffer = new ArrayBuffer(4 * size)));
  return new Float32Array(buffer, 0, size);
}
