import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { Embedding } from "./embedding.ts";
import { Rng } from "./rng.ts";

beforeAll(() => tf.setBackend("cpu"));

it("initializes the padding row to zero, and rejects a padding id out of range", () => {
  const { table } = new Embedding({ count: 3, size: 2, rng: new Rng(0), paddingId: 1 });
  const [first, , pad, padToo, last] = table.dataSync();
  expect([pad, padToo]).toEqual([0, 0]);
  expect(first! * last!).not.toBe(0);
  expect(() => new Embedding({ count: 3, size: 2, rng: new Rng(0), paddingId: 3 })).toThrow(
    /paddingId must be one of the 3 ids, got 3/,
  );
  table.dispose();
});

it("looks up a vector per id, without a gradient for padding", () => {
  const embedding = new Embedding({ count: 3, size: 2, rng: new Rng(0), paddingId: 1 });
  const ids = tf.tensor2d([[0, 1, 0]], [1, 3], "int32");
  const vectors = embedding.forward(ids);
  expect(vectors.shape).toEqual([1, 3, 2]);
  expect(vectors.dataSync().slice(0, 2)).toEqual(embedding.table.dataSync().slice(0, 2));
  const { grads } = tf.variableGrads(() => tf.sum(embedding.forward(ids)), [embedding.table]);
  expect([...grads[embedding.table.name]!.dataSync()]).toEqual([2, 2, 0, 0, 0, 0]);
  embedding.table.dispose();
});
