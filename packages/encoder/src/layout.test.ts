import { dispose, inference, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { bertInputs, bertSizes, createBert, layoutOf, type Mixer, PostNormBlock } from "./index.ts";

/** Rows of 4, 2 and 1 tokens. */
const attentionMask = Int32Array.of(1, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0);
const batch = { inputIds: attentionMask, attentionMask, tokenTypeIds: new Int32Array(12), shape: [3, 4] as const };
const ways = [
  ["every place a row", false],
  ["tokens alone", true],
] as const;

beforeAll(() => tf.setBackend("cpu"));
afterAll(() => tf.disposeVariables());

describe.each(ways)("layoutOf: %s", (_, skipPadding) => {
  it("pads with zeros at the right positions, and unpads to the same rows", () => {
    tf.tidy(() => {
      const layout = layoutOf(bertInputs({ ...batch, skipPadding }));
      expect([layout.batch, layout.tokens]).toEqual([3, 4]);
      const vectors = tf.tensor3d(
        Float32Array.from({ length: 24 }, (_, i) => i + 1),
        [3, 4, 2],
      );
      const rows = layout.unpad(vectors);
      expect(rows.shape).toEqual([skipPadding ? 8 : 12, 2]); // seven tokens, rounded up to an even count
      const tokens = Array.from(vectors.dataSync(), (value, i) => value * attentionMask[i >> 1]!);
      const padded = layout.pad(rows);
      expect([padded.shape, [...padded.dataSync()]]).toEqual([[3, 4, 2], tokens]);
      const any = layout.pad(rows, "any").dataSync();
      tokens.forEach((value, i) => value !== 0 && expect(any[i]).toBe(value));
      expect([...layout.pad(layout.unpad(vectors)).dataSync()]).toEqual(tokens);
    });
  });

  it("hides padding from a mixer that sums all tokens", () => {
    const total: Mixer = {
      forward: (hidden, layout) => {
        const x = layout.pad(hidden);
        return { output: layout.unpad(tf.add(tf.zerosLike(x), tf.sum(x, 1, true))) };
      },
    };
    const bert = createBert({ ...bertSizes.tiny, vocabularySize: 2, hiddenSize: 8, attentionHeads: 2 }, new Rng(1), {});
    const [layer] = bert.layers;
    const block = new PostNormBlock({ ...layer!, attention: total, dropout: 0 });
    const first = (inputs: ReturnType<typeof bertInputs>): Float32Array =>
      tf.tidy(() => {
        const layout = layoutOf(inputs);
        const { hidden } = block.forward(layout.unpad(bert.embeddings.forward(inputs, inference)), layout, inference);
        return tf.slice(layout.pad(hidden), [1, 0, 0], [1, 2, 8]).dataSync() as never;
      });
    const alone = tf.tidy(() => {
      const inputs = { inputIds: tf.ones([1, 2], "int32") } as const;
      const layout = layoutOf(inputs as never);
      const { hidden } = block.forward(
        layout.unpad(bert.embeddings.forward(inputs as never, inference)),
        layout,
        inference,
      );
      return hidden.dataSync() as never;
    });
    expect(first(bertInputs({ ...batch, skipPadding }))).toBeAllClose(alone, { absolute: 1e-6, relative: 1e-6 });
    dispose(bert);
  });
});

describe("layoutOf", () => {
  it("rejects inputs of different batches", () => {
    const inputs = bertInputs(batch);
    const other = tf.zeros<tf.Rank.R2>([2, 8], "int32");
    expect(() => layoutOf({ ...inputs, inputIds: other })).toThrow(
      /must have the shape of the ids, \[2,8\], got a mask \[3,4\] and tokenRows of \[3,4\]/,
    );
    expect(() => layoutOf({ ...inputs, attentionMask: undefined })).toThrow(/got no mask and tokenRows of \[3,4\]/);
    const { tokenRows: _, ...rest } = inputs;
    expect(() => layoutOf({ ...rest, attentionMask: tf.ones([3, 5], "int32") })).toThrow(/got a mask \[3,5\]\./);
  });
});
