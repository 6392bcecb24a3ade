import { useBackend } from "@bertkit/backend";
import { bertInputs } from "@bertkit/encoder";
import { dispose, inference, Lora, Rng, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { tinyEncoderModel } from "../__fixtures__/tiny-model.ts";
import { quantize } from "../model/quantize.ts";
import { featureExtraction } from "./feature-extraction.ts";

beforeAll(() => useBackend("node"));

const text = "a good film, very good!";

function adapted(model: object, value: number): Lora {
  const lora = new Lora(model, { rng: new Rng(0), rank: 2 });
  for (const { b } of lora.adapters.values()) tf.tidy(() => b.assign(tf.fill(b.shape, value)));
  return lora;
}

test("follows weights and adapters that change after it was compiled", async () => {
  const model = tinyEncoderModel();
  const extract = featureExtraction(model);
  /** The vector by the compiled function, after checking it against the model's own steps. */
  const followed = async (): Promise<Float32Array> => {
    const found = await extract(text);
    const mean = tf.tidy(() => {
      const inputs = bertInputs(model.tokenizer.encodeBatch([text]));
      return tf.mean(model.encoder.forward(inputs, inference).sequenceOutput, 1).dataSync();
    });
    expect(found).toBeAllClose(mean);
    return found;
  };
  const first = await followed();
  const { table } = model.encoder.embeddings.word;
  tf.tidy(() => table.assign(tf.mul(table, 1.5)));
  const plain = await followed();
  expect(plain).not.toBeAllClose(first);
  const one = adapted(model.encoder, 0.3);
  const changed = await followed();
  expect(changed).not.toBeAllClose(plain);
  one.detach();
  expect(await followed()).toEqual(plain);
  const other = adapted(model.encoder, -0.5);
  expect(await followed()).not.toBeAllClose(changed);
  other.detach();
  one.attach();
  expect(await followed()).toEqual(changed);
  one.merge();
  expect(await followed()).toBeAllClose(changed);
  one.unmerge();
  tf.tidy(() => {
    for (const { b } of one.adapters.values()) b.assign(tf.zerosLike(b)); // as training would
  });
  expect(await followed()).toBeAllClose(plain);
  for (const lora of [one, other]) lora.dispose();
  dispose(model);
});

test("follows a weight of bytes that is assigned to", async () => {
  const model = tinyEncoderModel({ hiddenSize: 128, intermediateSize: 512, initializerRange: 0.1 });
  await quantize(model.encoder);
  const extract = featureExtraction(model);
  const before = await extract(text);
  const kernel = variables(model.encoder).get("layers.0.feedForward.expand.kernel")!;
  tf.tidy(() => kernel.assign(tf.mul(kernel, 2)));
  const after = await extract(text);
  expect(after).not.toBeAllClose(before);
  expect(after).toEqual(await featureExtraction(model)(text));
  dispose(model);
});
