import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import "../index.ts";

/** splitmix32 over a counter, two elements to a draw: the definition, one element at a time. */
function reference(size: number, threshold: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => {
    let z = (seed + Math.imul((i >> 1) + 1, 0x9e3779b9)) | 0;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    z ^= z >>> 15;
    const draw = i % 2 === 0 ? z & 0xffff : z >>> 16;
    return draw >= threshold ? 65_536 / (65_536 - threshold) : 0;
  });
}

describe("BertkitDropoutMask", () => {
  beforeAll(() => tf.setBackend("onnxruntime"));

  it.each([
    [[3], 6554, 1],
    [[4, 8], 32_768, -5],
    [[31, 7, 3], 6554, 2 ** 31 - 1],
    [[300, 1000], 100, 42],
  ] as const)("of shape %j is splitmix32's", (shape, threshold, seed) => {
    const mask = tf.engine().runKernel("BertkitDropoutMask", {}, { shape: [...shape], threshold, seed }) as tf.Tensor;
    expect(mask.shape).toEqual(shape);
    expect(
      Buffer.compare(
        Buffer.from(mask.dataSync().slice().buffer),
        Buffer.from(reference(mask.size, threshold, seed).buffer),
      ),
    ).toBe(0);
  });
});
