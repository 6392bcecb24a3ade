import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { dispose, Rng } from "@bertkit/nn";

import { bertSizes, createBert, startWithWordVectors, type BertConfig } from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

const config: BertConfig = { ...bertSizes.tiny, vocabularySize: 50 };
const size = config.hiddenSize;

describe("startWithWordVectors", () => {
  it("copies the vectors at the table's scale, except vectors of zeros", () => {
    const encoder = createBert(config, new Rng(0));
    const { table } = encoder.embeddings.word;
    const before = table.dataSync().slice();
    const rng = new Rng(1);
    const vectors = Float32Array.from({ length: 50 * size }, (_, at) => (at < 3 * size ? 0 : 7 * (rng.random() - 0.5)));
    startWithWordVectors(encoder, vectors);
    const after = table.dataSync();
    expect(after.slice(0, 3 * size)).toEqual(before.slice(0, 3 * size));
    const scale = after[3 * size]! / vectors[3 * size]!;
    expect(after.slice(3 * size)).toBeAllClose(vectors.slice(3 * size).map((value) => value * scale));
    const rootMeanSquare = (values: Float32Array): number => Math.hypot(...values) / Math.sqrt(values.length);
    expect(rootMeanSquare(after.slice(3 * size) as Float32Array)).toBeCloseTo(
      rootMeanSquare(before as Float32Array),
      6,
    );
    dispose(encoder);
  });

  it("rejects invalid vectors and changes nothing", () => {
    const encoder = createBert(config, new Rng(0));
    const before = encoder.embeddings.word.table.dataSync().slice();
    expect(() => startWithWordVectors(encoder, new Float32Array(size))).toThrow(`50 vectors of ${size} numbers`);
    const broken = new Float32Array(50 * size).fill(1);
    broken[7 * size] = NaN;
    expect(() => startWithWordVectors(encoder, broken)).toThrow("vector of word 7 is not finite");
    expect(encoder.embeddings.word.table.dataSync()).toEqual(before);
    startWithWordVectors(encoder, new Float32Array(50 * size));
    expect(encoder.embeddings.word.table.dataSync()).toEqual(before);
    dispose(encoder);
  });
});
