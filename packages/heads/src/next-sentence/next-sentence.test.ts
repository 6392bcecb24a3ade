import { dispose, inference, Rng } from "@bertkit/nn";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, expect, it } from "vitest";
import { expectGradients } from "../__fixtures__/expect-gradients.ts";
import { tinyEncoder, tinyTokenizer } from "../__fixtures__/tiny-classifier-parts.ts";
import { classificationBatch } from "../sequence-classification/classification-batch.ts";
import { followProbabilities } from "./follow-probabilities.ts";
import { NextSentence } from "./next-sentence.ts";

beforeEach(async () => {
  await tf.setBackend("cpu");
});

const tokenizer = tinyTokenizer();
const pairs = [
  ["ann lives in paris", "ann works"],
  ["the film was bad", "ann works"],
  ["ann lives in paris", "the plot was awful"],
  ["the film was bad", "the plot was awful"],
] as const;
const labels = ["follows", "follows", "random", "random"];
const examples = pairs.map((input, i) => ({ input, label: labels[i]! }));

it("has the gradients of its loss, and learns which text follows", async () => {
  const model = new NextSentence({ encoder: tinyEncoder(), rng: new Rng(1), initializerRange: 0.3 });
  const batch = classificationBatch(examples, tokenizer, model, { lengthMultiple: 8 });
  expect([...batch.labels]).toEqual([0, 0, 1, 1]); // as in pretraining
  expectGradients(model, () => model.loss(batch, inference).loss);
  const optimizer = adamW({ learningRate: 0.02 });
  const batches = Array.from({ length: 40 }, () => batch);
  for await (const _ of train({
    model,
    batches,
    optimizer,
    rng: new Rng(0),
    loss: (rows, context) => model.loss(rows, context),
  }));
  const before = tf.memory().numTensors;
  const found = await followProbabilities(model, tokenizer, pairs);
  expect(tf.memory().numTensors).toBe(before);
  expect(found.map((probability) => probability > 0.5)).toEqual([true, true, false, false]);
  optimizer.dispose();
  dispose(model);
});

it("accepts a pretrained layer, and needs a pooler", async () => {
  const encoder = tinyEncoder();
  const pretrained = new NextSentence({ encoder, rng: new Rng(1), initializerRange: 0.3 });
  const model = new NextSentence({ encoder, rng: new Rng(2), dense: pretrained.dense });
  expect(await followProbabilities(model, tokenizer, pairs)).toEqual(
    await followProbabilities(pretrained, tokenizer, pairs),
  );
  dispose(model);
  const bare = tinyEncoder(0, { pooler: false });
  expect(() => new NextSentence({ encoder: bare, rng: new Rng(1) })).toThrow("NextSentence");
  dispose(bare);
});
