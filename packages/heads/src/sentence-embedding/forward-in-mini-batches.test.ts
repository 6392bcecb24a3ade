import { bertInputs, type EncodedBatch } from "@bertkit/encoder";
import { dispose, type Context, inference, Rng, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, expect, it } from "vitest";
import { tinyEncoder, tinyTokenizer } from "../__fixtures__/tiny-classifier-parts.ts";
import { encodeRows, padRows } from "../inputs/encode-inputs.ts";
import { forwardInMiniBatches } from "./forward-in-mini-batches.ts";
import { SentenceEmbedder } from "./sentence-embedder.ts";
import { multipleNegativesRanking } from "./sentence-losses.ts";

beforeEach(async () => {
  await tf.setBackend("cpu");
});

const tokenizer = tinyTokenizer();
const words = "good fine bad awful film plot ann bob lives works paris oslo".split(" ");
const texts = (seed: number): string[] => {
  const rng = new Rng(seed);
  return Array.from({ length: 12 }, () =>
    Array.from({ length: 5 }, () => words[rng.integer(0, words.length - 1)]!).join(" "),
  );
};
const rowsOf = (seed: number): ReturnType<typeof encodeRows> => encodeRows(texts(seed), tokenizer);
const batchOf = (rows: ReturnType<typeof encodeRows>): EncodedBatch => padRows(rows, 0, { lengthMultiple: 8 });

it("has the loss and the gradients of the large batch, in less memory", async () => {
  const embedder = new SentenceEmbedder({ encoder: tinyEncoder() });
  const [anchors, positives] = [rowsOf(1), rowsOf(2)];
  const chunks = [0, 4, 8];
  const whole = (): tf.Scalar =>
    multipleNegativesRanking(
      embedder.forward(bertInputs(batchOf(anchors)), inference),
      embedder.forward(bertInputs(batchOf(positives)), inference),
    );
  const cached = (): tf.Scalar => {
    const [left, right] = [anchors, positives].map((rows) =>
      forwardInMiniBatches(
        embedder,
        chunks.map((start) => batchOf(rows.slice(start, start + 4))),
        inference,
      ),
    ) as [tf.Tensor2D, tf.Tensor2D];
    return multipleNegativesRanking(left, right);
  };
  const list = [...variables(embedder.encoder.embeddings).values(), ...variables(embedder.encoder.layers).values()];
  tf.tidy(() => {
    const [expected, found] = [tf.variableGrads(whole, list), tf.variableGrads(cached, list)];
    expect(found.value.dataSync()).toBeAllClose(expected.value.dataSync());
    for (const [path, { name }] of variables(embedder.encoder))
      if (expected.grads[name] !== undefined)
        expect(found.grads[name]!.dataSync(), path).toBeAllClose(expected.grads[name].dataSync(), { absolute: 1e-6 });
  });
  const peak = async (loss: () => tf.Scalar): Promise<number> =>
    (await tf.profile(() => tf.tidy(() => void tf.variableGrads(loss, list)))).peakBytes;
  expect(await peak(cached)).toBeLessThan(0.7 * (await peak(whole)));
  dispose(embedder);
});

it("uses the same dropout for the vectors and their gradients", () => {
  const embedder = new SentenceEmbedder({ encoder: tinyEncoder() });
  const training = (): Context => ({ training: true, rng: new Rng(3) });
  const batch = batchOf(rowsOf(1));
  const variable = embedder.encoder.embeddings.word.table;
  tf.tidy(() => {
    const sum = (vectors: tf.Tensor): tf.Scalar => tf.sum(tf.square(vectors));
    const expected = tf.variableGrads(() => sum(embedder.forward(bertInputs(batch), training())), [variable]);
    const found = tf.variableGrads(() => sum(forwardInMiniBatches(embedder, [batch], training())), [variable]);
    expect(found.value.dataSync()).toBeAllClose(expected.value.dataSync());
    expect(found.grads[variable.name]!.dataSync()).toBeAllClose(expected.grads[variable.name]!.dataSync(), {
      absolute: 1e-5,
    });
    expect(() => forwardInMiniBatches(embedder, [], inference)).toThrow("miniBatches must be one or more, got none");
  });
  dispose(embedder);
});
