import { useBackend } from "@bertkit/backend";
import { bertInputs } from "@bertkit/encoder";
import { dispose, inference } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tinyEncoderModel } from "../__fixtures__/tiny-model.ts";
import { featureExtraction } from "./feature-extraction.ts";

let model: ReturnType<typeof tinyEncoderModel>;
beforeAll(async () => {
  await tf.setBackend("cpu");
  model = tinyEncoderModel();
});
afterAll(() => dispose(model));

const text = "a good film, very good!";
const longer = `${text} ${text} bad`;

/** Token vectors and the pooler's vector of a text alone, without padding. */
function reference(input: string): { tokens: number[][]; pooled: number[] } {
  return tf.tidy(() => {
    const outputs = model.encoder.forward(bertInputs(model.tokenizer.encodeBatch([input])), inference);
    return { tokens: outputs.sequenceOutput.arraySync()[0]!, pooled: outputs.pooledOutput!.arraySync()[0]! };
  });
}

test("mean, cls and pooler, alone and in a padded batch", async () => {
  const { tokens, pooled } = reference(text);
  const mean = tokens[0]!.map((_, i) => tokens.reduce((sum, vector) => sum + vector[i]!, 0) / tokens.length);
  const expected = { mean, cls: tokens[0]!, pooler: pooled };
  for (const pooling of ["mean", "cls", "pooler"] as const) {
    const extract = featureExtraction(model, { pooling });
    expect(await extract(text), pooling).toBeAllClose(expected[pooling]);
    const batched = await extract([longer, text]);
    expect(batched[1], `${pooling}, batched`).toBeAllClose(expected[pooling]);
    expect(batched[0]).toBeAllClose(await extract(longer));
  }
});

test("normalized vectors have length one and the same direction", async () => {
  const plain = await featureExtraction(model)(text);
  const normalized = await featureExtraction(model, { normalize: true })(text);
  expect(Math.hypot(...normalized)).toBeCloseTo(1, 6);
  expect(normalized).toBeAllClose(plain.map((x) => x / Math.hypot(...plain)));
});

test.each(["cpu", "node"] as const)("a maxLength above the encoder's maximum is that, on %s", async (backend) => {
  await useBackend(backend);
  const extract = featureExtraction(model, { maxLength: 64 });
  expect(await extract("very ".repeat(99))).toBeAllClose(await featureExtraction(model)("very ".repeat(22)));
  await useBackend("cpu");
});

test("leaks no tensors in 50 calls and in one that fails", async () => {
  const extract = featureExtraction(model, { normalize: true });
  const before = tf.memory().numTensors;
  for (let call = 0; call < 50; call++) await extract([text, longer]);
  expect(tf.memory().numTensors).toBe(before);
});

test("rejects an encoder without a pooler", async () => {
  const bare = tinyEncoderModel({ pooler: false });
  const before = tf.memory().numTensors;
  await expect(featureExtraction(bare, { pooling: "pooler" })(text)).rejects.toThrow(/no pooler. Use pooling "mean"/);
  expect(tf.memory().numTensors).toBe(before);
  dispose(bare);
});
