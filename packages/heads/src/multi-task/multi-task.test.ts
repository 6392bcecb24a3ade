import { dispose, inference, Rng, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, expect, it } from "vitest";
import { tinyEncoder, tinyTokenizer } from "../__fixtures__/tiny-classifier-parts.ts";
import { classificationBatch } from "../sequence-classification/classification-batch.ts";
import { SequenceClassifier } from "../sequence-classification/sequence-classifier.ts";
import { tokenBatch } from "../token-classification/token-batch.ts";
import { TokenClassifier } from "../token-classification/token-classifier.ts";
import { MultiTask } from "./multi-task.ts";

beforeEach(async () => {
  await tf.setBackend("cpu");
});

const tokenizer = tinyTokenizer();

it("sums the gradients of the tasks in the shared encoder, without those of missing tasks", () => {
  const encoder = tinyEncoder();
  const rng = new Rng(1);
  const sentiment = new SequenceClassifier({ encoder, labels: ["good", "bad"], rng, initializerRange: 0.3 });
  const names = new TokenClassifier({ encoder, labels: ["O", "B-PER"], rng, initializerRange: 0.3 });
  const model = new MultiTask({ heads: { sentiment, names }, weights: { names: 0.5 } });
  const first = classificationBatch([{ input: "a good film", label: "good" }], tokenizer, sentiment, {});
  const second = tokenBatch([{ words: ["ann", "works"], labels: ["B-PER", "O"] }], tokenizer, names, {});
  tf.tidy(() => {
    const list = [...variables(model).values()];
    const gradients = (loss: () => tf.Scalar): number[] => {
      const { grads } = tf.variableGrads(loss, list);
      return list.flatMap(({ name, size }) => Array.from(grads[name]?.dataSync() ?? new Float32Array(size)));
    };
    const ofSentiment = gradients(() => sentiment.loss(first, inference).loss);
    const ofNames = gradients(() => names.loss(second, inference).loss);
    const together = gradients(() => model.loss({ sentiment: first, names: second }, inference).loss);
    expect(together).toBeAllClose(ofSentiment.map((value, i) => value + ofNames[i]! / 2));
    expect(gradients(() => model.loss({ names: second }, inference).loss)).toBeAllClose(
      ofNames.map((value) => value / 2),
    );
    expect(Object.keys(model.loss({ sentiment: first, names: second }, inference).metrics)).toEqual([
      "sentiment.loss",
      "sentiment.accuracy",
      "names.loss",
      "names.accuracy",
    ]);
    expect(() => model.loss({}, inference)).toThrow("a step needs a batch of one task or more");
    expect(() => model.loss({ nouns: second } as never, inference)).toThrow('there is no task "nouns"');
  });
  expect(() => new MultiTask({ heads: { names }, weights: { nouns: 1 } as never })).toThrow("nouns");
  dispose(model);
});
