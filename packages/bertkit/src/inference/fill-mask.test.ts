import { dispose, inference } from "@bertkit/nn";
import { bertInputs } from "@bertkit/encoder";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tinyEncoderModel, tinyPretrainingModel } from "../__fixtures__/tiny-model.ts";
import { fillMask } from "./fill-mask.ts";

let model: ReturnType<typeof tinyPretrainingModel>;
beforeAll(async () => {
  await tf.setBackend("cpu");
  model = tinyPretrainingModel();
});
afterAll(() => dispose(model));

const text = "A [MASK] film,\nthe Plot [MASK] good!";

test("predicts the same tokens as the head for every mask", async () => {
  const masks = await fillMask(model, { topK: 22 })(text);
  expect(masks.map(({ start, end }) => text.slice(start, end))).toEqual(["[MASK]", "[MASK]"]);
  const probabilities = tf.tidy(() => {
    const { sequenceOutput } = model.encoder.forward(bertInputs(model.tokenizer.encodeBatch([text])), inference);
    return tf.softmax(model.maskedLm.forward(sequenceOutput)).arraySync() as number[][];
  });
  const positions = [...model.tokenizer.encode(text).ids].flatMap((id, i) => (id === 4 ? [i] : []));
  masks.forEach(({ candidates }, i) => {
    const expected = probabilities[positions[i]!]!;
    expect(candidates).toHaveLength(22);
    expect(candidates.map(({ score }) => score)).toBeAllClose(expected.toSorted((a, b) => b - a));
    expect(candidates.map(({ score }) => score)).toBeAllClose(candidates.map(({ id }) => expected[id]!));
    expect(candidates.map(({ token }) => token)).toEqual(
      candidates.map(({ id }) => model.tokenizer.vocabulary.token(id)),
    );
  });
});

test("replaces only the token's own mask in `sequence`", async () => {
  const [first, second] = await fillMask(model, { topK: 22 })(text);
  const sequence = (mask: typeof first, token: string): string | undefined =>
    mask!.candidates.find((candidate) => candidate.token === token)?.sequence;
  expect(sequence(first, "zebra")).toBe("A zebra film,\nthe Plot [MASK] good!");
  expect(sequence(second, "zebra")).toBe("A [MASK] film,\nthe Plot zebra good!");
  expect(sequence(second, "##s")).toBe("A [MASK] film,\nthe Plots good!");
});

test("a batch gives the same results as each text alone", async () => {
  const texts = [text, "[MASK]", "the [MASK] was very very very very very bad"];
  const fill = fillMask(model, { topK: 3, batchSize: 2, lengthMultiple: 4 });
  const together = await fill(texts);
  for (const [i, one] of texts.entries()) {
    const alone = await fill(one);
    expect(together[i]!.map(({ start }) => start)).toEqual(alone.map(({ start }) => start));
    alone.forEach(({ candidates }, mask) => {
      const batched = together[i]![mask]!.candidates;
      expect(batched.map(({ token }) => token)).toEqual(candidates.map(({ token }) => token));
      expect(batched.map(({ score }) => score)).toBeAllClose(candidates.map(({ score }) => score));
    });
  }
  expect(await fill([])).toEqual([]);
});

test("leaks no tensors in 50 calls and in those that fail", async () => {
  const fill = fillMask(model);
  const before = tf.memory().numTensors;
  for (let call = 0; call < 50; call++) await fill(text);
  await expect(fill("no mask")).rejects.toThrow(/the text has no \[MASK\], got "no mask"/);
  await expect(fill(`[MASK] ${"very ".repeat(30)}`)).rejects.toThrow(
    /has 33 tokens, the encoder reads 24, got "\[MASK\] very .{46,54}…"\. Shorten it/,
  );
  expect(tf.memory().numTensors).toBe(before);
});

test("needs a head", () => {
  const { config, tokenizer, encoder } = tinyEncoderModel();
  expect(() => fillMask({ config, tokenizer, encoder })).toThrow(/no masked-LM head/);
  dispose(encoder);
});
