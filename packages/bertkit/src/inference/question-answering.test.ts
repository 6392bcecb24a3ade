import { answerQuestions } from "@bertkit/heads";
import { dispose } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tinyEncoderModel, tinyQuestionModel } from "../__fixtures__/tiny-model.ts";
import { questionAnswering } from "./question-answering.ts";

let model: ReturnType<typeof tinyQuestionModel>;
beforeAll(async () => {
  await tf.setBackend("cpu");
  model = tinyQuestionModel();
});
afterAll(() => dispose(model));

const context = "The plot was NOT good,  very bad; 😀 a zebra was good.\nThe film, a good film, was an éclair. ".repeat(
  2,
);
const inputs = [
  { question: "was the plot good?", context },
  { question: "zebra?", context: "A zebra 👩🏽‍🚀 éclair!" },
  { question: "the film?", context: "bad" },
];

test("gives slices of the context with their positions, as decodeAnswers does, alone and in a batch", async () => {
  const options = { maxLength: 24, docStride: 8 };
  const together = await questionAnswering(model, { ...options, topK: 3, batchSize: 2 })(inputs);
  const decoded = await answerQuestions(model.questionAnswerer, model.tokenizer, inputs, options);
  for (const [i, answers] of together.entries()) {
    expect(answers.map(({ text }) => text)).toEqual(decoded[i]!.nBest.slice(0, 3).map(({ text }) => text));
    for (const { text, start, end } of answers) expect(inputs[i]!.context.slice(start, end)).toBe(text);
    expect(answers.map(({ score }) => score)).toEqual(answers.map(({ score }) => score).toSorted((a, b) => b - a));
    const [alone, ...others] = await questionAnswering(model, options)(inputs[i]!);
    expect(others).toEqual([]);
    expect([alone!.text, alone!.start, alone!.end]).toEqual([answers[0]!.text, answers[0]!.start, answers[0]!.end]);
    expect([alone!.score]).toBeAllClose([answers[0]!.score]);
  }
  expect(together.map(({ length }) => length)).toEqual([3, 3, 1]);
  expect(await questionAnswering(model)([])).toEqual([]);
});

test("widens answers to whole words, each once", async () => {
  const context = "the films was badly goodly, zebras filmly plots";
  const words = [...context.matchAll(/\w+|,/g)];
  const [starts, ends] = [words.map(({ index }) => index), words.map(([word], i) => words[i]!.index + word.length)];
  const places = async (wholeWords: boolean): Promise<string[]> => {
    const answers = await questionAnswering(model, { topK: 60, wholeWords })({ question: "bad?", context });
    const isWhole = answers.map(({ start, end }) => starts.includes(start) && ends.includes(end));
    expect(isWhole.every(Boolean)).toBe(wholeWords);
    return answers.map(({ start, end }) => `${start} ${end}`);
  };
  const whole = await places(true);
  expect(new Set(whole).size).toBe(whole.length);
  expect(await places(false)).not.toEqual(whole);
});

test("gives as many answers as asked for", async () => {
  for (const topK of [20, 50]) expect(await questionAnswering(model, { topK })(inputs[0]!)).toHaveLength(topK);
});

test("gives no answer if the threshold decides so", async () => {
  const ask = (nullThreshold: number) =>
    questionAnswering(model, { nullAnswers: true, nullThreshold, topK: 50 })(inputs[1]!);
  const [empty, ...spans] = await ask(-Infinity);
  expect(empty).toMatchObject({ text: "", start: 0, end: 0 });
  const [first, ...rest] = await ask(Infinity);
  expect(first!.text).toBe(spans[0]!.text);
  expect(rest.filter(({ text }) => text === "")).toHaveLength(1);
  expect(await questionAnswering(model)({ question: "zebra?", context: " \n" })).toEqual([]);
});

test("an error names the index of an input that is not two texts", async () => {
  const ask = questionAnswering(model);
  const wrong = (...values: unknown[]): Promise<unknown> => ask(values as never);
  await expect(wrong(inputs[0], { question: "a" })).rejects.toThrow(
    /the context of input 1 must be a text, got undefined. Pass \{ question, context \}/,
  );
  await expect(wrong(inputs[0], inputs[1], null)).rejects.toThrow(
    /the question of input 2 must be a text, got undefined/,
  );
  await expect(ask({ question: 7, context: "a" } as never)).rejects.toThrow(
    /the question of input 0 must be a text, got number/,
  );
  await expect(ask("a zebra" as never)).rejects.toThrow(TypeError);
});

test("leaks no tensors in 20 calls and in one that fails", async () => {
  const ask = questionAnswering(model);
  const before = tf.memory().numTensors;
  for (let call = 0; call < 20; call++) await ask(inputs.slice(1));
  await expect(ask({ question: "very ".repeat(30), context })).rejects.toThrow(/leaves no space for the context in 24/);
  expect(tf.memory().numTensors).toBe(before);
});

test("needs a question answerer", () => {
  const bare = tinyEncoderModel();
  expect(() => questionAnswering(bare)).toThrow(/no question answerer/);
  dispose(bare);
});
