import { type Context, dispose, inference, Rng, variables } from "@bertkit/nn";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, expect, it } from "vitest";
import { expectGradients } from "../__fixtures__/expect-gradients.ts";
import { tinyEncoder, tinyTokenizer } from "../__fixtures__/tiny-classifier-parts.ts";
import { choiceBatch, type ChoiceExample, choicePairs } from "./choice-batch.ts";
import { choose } from "./choose.ts";
import { MultipleChoice } from "./multiple-choice.ts";

beforeEach(async () => {
  await tf.setBackend("cpu");
});

const tokenizer = tinyTokenizer();
const examples: ChoiceExample[] = [
  {
    context: "ann lives in paris",
    question: "ann",
    choices: ["lives in oslo", "lives in paris", "works at acme"],
    label: 1,
  },
  { context: "the film was awful", question: "the film was _ , bob", choices: ["good", "fine", "bad"], label: 2 },
  { context: "bob works in oslo", choices: ["paris", "acme", "oslo"], label: 2 },
];
const make = (): MultipleChoice =>
  new MultipleChoice({ encoder: tinyEncoder(), rng: new Rng(1), initializerRange: 0.3 });
const options = { lengthMultiple: 8 };

it("puts a choice into the question's gap, or after the question", () => {
  expect(examples.map((example) => choicePairs(example)[0])).toEqual([
    ["ann lives in paris", "ann lives in oslo"],
    ["the film was awful", "the film was good , bob"],
    ["bob works in oslo", "paris"],
  ]);
});

it.each([
  ["Ann lives in _ and works in _ .", "Ann lives in A and works in A ."],
  ["Ann lives in ____ , and Bob in __", "Ann lives in A , and Bob in A"],
  ["Ann's town is_.", "Ann's town isA."],
  ["_is Ann's town", "Ais Ann's town"],
  ["What does max_length say?", "What does max_length say? A"],
  ["x_1 and __init__ of é_é", "x_1 and AinitA of é_é"],
  ["max_length is _ of a_b_c", "max_length is A of a_b_c"],
])("fills every gap of %j", (question, filled) => {
  expect(choicePairs({ context: "c", question, choices: ["A"] })).toEqual([["c", filled]]);
});

it("fills gaps with a choice as it is, in a time linear in the question's length", () => {
  expect(choicePairs({ context: "c", question: "_ or _", choices: ["$&_"] })).toEqual([["c", "$&_ or $&_"]]);
  const question = `a${"_".repeat(200_000)}b`;
  const started = performance.now();
  expect(choicePairs({ context: "c", question, choices: ["A"] })).toEqual([["c", `${question} A`]]);
  expect(performance.now() - started).toBeLessThan(2000);
});

it("has the loss of a softmax over an example's choices, and its gradients", () => {
  const model = make();
  const batch = choiceBatch(examples, tokenizer, options);
  expect([batch.shape[0], [...batch.labels]]).toEqual([9, [1, 2, 2]]);
  tf.tidy(() => {
    const scores = Array.from(
      model
        .predict({
          inputIds: tf.tensor2d(batch.inputIds, [...batch.shape], "int32"),
          attentionMask: tf.tensor2d(batch.attentionMask!, [...batch.shape], "int32"),
          tokenTypeIds: tf.tensor2d(batch.tokenTypeIds!, [...batch.shape], "int32"),
        })
        .dataSync(),
    );
    const losses = examples.map(({ label }, i) => {
      const own = scores.slice(3 * i, 3 * i + 3);
      return Math.log(own.reduce((sum, score) => sum + Math.exp(score), 0)) - own[label!]!;
    });
    expect(model.loss(batch, inference).loss.dataSync()).toBeAllClose([
      losses.reduce((sum, loss) => sum + loss, 0) / 3,
    ]);
  });
  expectGradients(model, () => model.loss(batch, inference).loss);
  expect([...variables(model).keys()].slice(-2)).toEqual(["dense.kernel", "dense.bias"]);
  dispose(model);
});

it("learns to choose, for any number of choices, without a leak", { timeout: 300_000 }, async () => {
  const model = make();
  const batch = choiceBatch(examples, tokenizer, options);
  const optimizer = adamW({ learningRate: 0.01, weightDecay: 0 });
  const batches = Array<typeof batch>(150).fill(batch);
  for await (const _ of train({
    model,
    batches,
    optimizer,
    rng: new Rng(2),
    loss: (rows, context: Context) => model.loss(rows, context),
  }));
  const before = tf.memory().numTensors;
  const ragged = [...examples, { ...examples[0]!, choices: examples[0]!.choices.slice(0, 2) }];
  const chosen = await choose(model, tokenizer, ragged, { ...options, batchSize: 2 });
  expect(tf.memory().numTensors).toBe(before);
  expect(chosen.map(({ best }) => best)).toEqual([1, 2, 2, 1]);
  for (const { probabilities } of chosen)
    expect([probabilities.reduce((sum, value) => sum + value, 0)]).toBeAllClose([1]);
  expect(chosen[3]!.probabilities).toHaveLength(2);
  optimizer.dispose();
  dispose(model);
});

it("reports what is wrong with an example", async () => {
  expect(() => choiceBatch([examples[0]!, { ...examples[1]!, choices: ["a", "b"] }], tokenizer)).toThrow(
    "example 1 has 2 choices, the first 3",
  );
  expect(() => choiceBatch([{ ...examples[0]!, label: 3 }], tokenizer)).toThrow(
    "example 0 must have a label from 0 to 2, got 3",
  );
  expect(() => choiceBatch([{ ...examples[0]!, label: undefined }], tokenizer)).toThrow("got undefined");
  const encoder = tinyEncoder(0, { pooler: false });
  expect(() => new MultipleChoice({ encoder, rng: new Rng(1) })).toThrow("MultipleChoice: the encoder has no pooler");
  // A custom encoder need not say that it has none; then the first forward pass throws.
  const silent = { hiddenSize: encoder.hiddenSize, forward: encoder.forward.bind(encoder) };
  const model = new MultipleChoice({ encoder: silent, rng: new Rng(1) });
  await expect(choose(model, tokenizer, examples)).rejects.toThrow("MultipleChoice: the encoder has no pooler");
  dispose([encoder, model]);
});
