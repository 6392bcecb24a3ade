import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { Rng } from "@bertkit/nn";

import { orthogonalize } from "./orthogonalize.ts";

beforeAll(() => tf.setBackend("cpu"));

const shapes = [
  [3, 8, 8],
  [2, 5, 16],
  [2, 16, 5],
] as const;

describe("orthogonalize", () => {
  it.each(shapes)("makes the rows or columns of %i matrices of %i × %i nearly orthonormal", (count, rows, columns) => {
    const rng = new Rng(rows);
    const values = Float32Array.from({ length: count * rows * columns }, () => 100 * rng.normal());
    const result = orthogonalize(tf.tensor3d(values, [count, rows, columns]), 5);
    expect(result.shape).toEqual([count, rows, columns]);
    // G = U S Vᵀ gives U S' Vᵀ with S' near 1, so G·resultᵀ stays symmetric and resultᵀ·result is near the identity.
    const tall = rows > columns;
    const gram = tf.matMul(result, result, tall, !tall).arraySync() as number[][][];
    for (const matrix of gram) {
      matrix.forEach((row, i) => {
        expect(row[i]).toBeGreaterThan(0.4);
        expect(row[i]).toBeLessThan(1.5);
        row.forEach((value, j) => i !== j && expect(Math.abs(value)).toBeLessThan(0.5));
      });
    }
    const given = tf.tensor3d(values, [count, rows, columns]);
    const product = tf.matMul(given, result, tall, !tall);
    const scale = tf.max(tf.abs(product)).dataSync()[0]!;
    const asymmetry = tf.max(tf.abs(tf.sub(product, tf.transpose(product, [0, 2, 1])))).dataSync()[0]!;
    expect(asymmetry / scale).toBeLessThan(1e-4);
  });

  it("commutes with transposition, alone or in a batch, for any size", () => {
    const rng = new Rng(1);
    const one = tf.tensor3d(
      Float32Array.from({ length: 24 }, () => rng.normal()),
      [1, 4, 6],
    );
    const expected = orthogonalize(one, 5);
    const transposed = orthogonalize(tf.transpose(one, [0, 2, 1]), 5);
    expect(tf.transpose(transposed, [0, 2, 1]).dataSync()).toBeAllClose(expected.dataSync());
    const among = orthogonalize(tf.concat([tf.mul(one, 1000), tf.neg(one)], 0), 5);
    expect(among.dataSync().slice(0, 24)).toBeAllClose(expected.dataSync());
    expect(among.dataSync().slice(24)).toBeAllClose(expected.dataSync().map((value) => -value));
  });

  it("leaves zeros as they are", () => {
    expect(orthogonalize(tf.zeros([1, 3, 3]), 5).dataSync()).toBeAllClose(new Float32Array(9));
  });

  it("rejects a single matrix", () => {
    expect(() => orthogonalize(tf.ones([3, 2]) as never, 5)).toThrow(
      "orthogonalize: matrices must have shape [count, rows, columns], got [3, 2].",
    );
  });
});
