import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import "../index.ts";

/** splitmix32 over a counter, two elements per draw: the definition, one element at a time. */
function reference(size: number, threshold: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => {
    let z = (seed + Math.imul((i >> 1) + 1, 0x9e3779b9)) | 0;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    z ^= z >>> 15;
    const draw = i % 2 === 0 ? z & 0xffff : z >>> 16;
    return draw >= threshold ? 1 : 0;
  });
}

describe("dropout", () => {
  beforeAll(() => tf.setBackend("onnxruntime"));

  it.each([
    [[3], 6554, 1],
    [[4, 8], 32_768, -5],
    [[31, 7, 3], 6554, 2 ** 31 - 1],
    [[300, 1000], 100, 42],
    [[64], 65_535, 3],
  ] as const)("the mask of shape %j is splitmix32's", (shape, threshold, seed) => {
    const mask = tf.engine().runKernel("BertkitDropoutMask", {}, { shape: [...shape], threshold, seed }) as tf.Tensor;
    expect([mask.shape, mask.dtype]).toEqual([shape, "bool"]);
    expect(Buffer.compare(mask.dataSync() as Uint8Array, reference(mask.size, threshold, seed))).toBe(0);
  });

  it.each([false, true])("keeps and scales where the mask is true, backward: %s", (backward) => {
    const x = tf.linspace(-3, 3, 40).reshape([2, 20]);
    const mask = tf.engine().runKernel("BertkitDropoutMask", {}, { shape: x.shape, threshold: 20_000, seed: 9 });
    const kept = 65_536 / (65_536 - 20_000);
    const y = tf.engine().runKernel("BertkitDropout", { x, mask: mask as tf.Tensor }, { kept, backward }) as tf.Tensor;
    const flags = (mask as tf.Tensor).dataSync();
    const expected = x.dataSync().map((value, i) => value * (flags[i] ? Math.fround(kept) : 0));
    expect(Array.from(y.dataSync())).toEqual(Array.from(expected));
    expect(flags).toContain(0);
  });
});
