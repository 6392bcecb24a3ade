import { type Context, dispose, inference, Rng } from "@bertkit/nn";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";

import { expectGradients } from "../__fixtures__/expect-gradients.ts";
import { tinyEncoder, tinyTokenizer } from "../__fixtures__/tiny-classifier-parts.ts";
import { answerQuestions } from "./answer-questions.ts";
import { encodeQuestion } from "./encode-question.ts";
import { QuestionAnswerer } from "./question-answerer.ts";
import { questionBatch, type QuestionExample, questionFeatures } from "./question-batch.ts";

const tokenizer = tinyTokenizer();
const context = "Ann lives in Paris. Bob works at  ACME, Oslo. The film was good, the plot not very.";
const ask = (question: string, text?: string): QuestionExample => ({
  question,
  context,
  answers: text === undefined ? [] : [{ text, start: context.indexOf(text) }],
});
const examples = [
  ask("Ann lives in", "Paris"),
  ask("Bob works at", "ACME, Oslo"),
  ask("plot", "not very"),
  ask("awful", undefined),
];
const options = { maxLength: 16, docStride: 6, lengthMultiple: 8 };
const features = examples.flatMap((example) => questionFeatures(example, tokenizer, options));
const batch = questionBatch(features, tokenizer, options);
const make = (): QuestionAnswerer =>
  new QuestionAnswerer({
    encoder: tinyEncoder(0, { pooler: false, hiddenDropout: 0 }),
    rng: new Rng(1),
    initializerRange: 0.3,
  });

beforeEach(async () => {
  await tf.setBackend("cpu");
});

describe("questionFeatures", () => {
  it("labels a window with the answer by its tokens, others by [CLS]", () => {
    const [first] = features;
    const tokens = [...first!.ids].map((id) => tokenizer.vocabulary.token(id));
    expect(tokens.join(" ")).toBe(
      "[CLS] ann lives in [SEP] ann lives in paris [UNK] bob works at acme , [SEP]".replace("[UNK]", "."),
    );
    expect([first!.startPosition, first!.endPosition]).toEqual([8, 8]);
    expect([...first!.tokenTypeIds].join("")).toBe("0000011111111111");
    const none = questionFeatures(examples[3]!, tokenizer, options);
    expect(none.map(({ startPosition, endPosition }) => [startPosition, endPosition])).toEqual(none.map(() => [0, 0]));
    for (const { ids, startPosition, endPosition } of questionFeatures(examples[1]!, tokenizer, options)) {
      if (startPosition === 0) continue;
      expect(Array.from(ids.slice(startPosition, endPosition + 1), (id) => tokenizer.vocabulary.token(id))).toEqual([
        "acme",
        ",",
        "oslo",
      ]);
    }
    expect(batch.shape).toEqual([features.length, 16]);
  });

  it("skips answers without tokens, and reports what is wrong", () => {
    const example = (text: string, start: number): QuestionExample => ({
      question: "a",
      context: "in \u0000 Paris .",
      answers: [{ text, start }],
    });
    expect(questionFeatures(example("\u0000", 3), tokenizer)).toEqual([]);
    expect(questionFeatures(example("", 3), tokenizer)).toEqual([]);
    // White space at an edge does not add a neighboring token.
    const [feature] = questionFeatures(example(" Paris ", 4), tokenizer);
    expect([feature!.startPosition, feature!.endPosition]).toEqual([4, 4]);
    expect(() => questionFeatures(example("Paris", 4), tokenizer)).toThrow(
      /the context has " Pari" at 4, where the answer is "Paris"/,
    );
    expect(() => questionFeatures(example("in", -1), tokenizer)).toThrow(/at -1, where the answer is "in"/);
  });
});

describe("encodeQuestion", () => {
  const input = { question: "good film", context: "a film was good" };

  it("truncates long questions, and gives no window for an empty text", () => {
    const [window] = encodeQuestion(input, tokenizer, { maxQuestionLength: 1 }).windows;
    expect([...window!.ids].map((id) => tokenizer.vocabulary.token(id)).join(" ")).toBe(
      "[CLS] good [SEP] a film was good [SEP]",
    );
    expect(encodeQuestion({ ...input, context: " \n" }, tokenizer).windows).toEqual([]);
  });

  it.each([
    [{ maxLength: 5 }, /a question of 2 tokens leaves no space for the context in 5. Raise maxLength/],
    [{ docStride: 0 }, /docStride must be a whole number of at least 1, got 0/],
    [{ maxLength: 8, overlap: 3 }, /overlap must be less than the 3 context tokens that fit in a window, got 3/],
    [{ overlap: -1 }, /overlap must be a whole number of at least 0, got -1/],
    [{ maxLength: 9.5 }, /maxLength must be a whole number/],
    [{ maxQuestionLength: NaN }, /maxQuestionLength must be a whole number/],
  ])("rejects %j", (wrong, message) => {
    expect(() => encodeQuestion(input, tokenizer, wrong)).toThrow(message);
  });
});

describe("QuestionAnswerer", () => {
  it("ignores positions beyond the row in loss and accuracy", () => {
    const answerer = make();
    const lossOf = (rows: number[], start: (row: number) => number, end: (row: number) => number): number =>
      tf.tidy(() => {
        const chosen = questionBatch(
          rows.map((row) => features[row]!),
          tokenizer,
          options,
        );
        const startPositions = Int32Array.from(rows, start);
        const endPositions = Int32Array.from(rows, end);
        return answerer.loss({ ...chosen, startPositions, endPositions }, inference).loss.dataSync()[0]!;
      });
    const [all, first] = [[0, 1, 2], [0]];
    const beyond = (row: number): number => (row === 0 ? 5 : 16 + row);
    expect(lossOf(all, beyond, beyond)).toBeCloseTo(
      lossOf(
        first,
        () => 5,
        () => 5,
      ),
      5,
    );
    expect(
      lossOf(
        all,
        () => 16,
        () => 99,
      ),
    ).toBe(0);
    expect(
      lossOf(
        first,
        () => -1,
        () => -7,
      ),
    ).toBeCloseTo(
      lossOf(
        first,
        () => 0,
        () => 0,
      ),
      6,
    );
    dispose(answerer);
  });

  it("has the gradients that finite differences measure", () => {
    const answerer = make();
    expectGradients(answerer, () => answerer.loss(batch, inference).loss);
    dispose(answerer);
  });

  it("learns its examples, finds their answers' positions, and leaks nothing", async () => {
    const atFirst = tf.memory().numTensors;
    const answerer = make();
    const optimizer = adamW({ learningRate: 0.02, weightDecay: 0 });
    const run = { model: answerer, batches: Array<typeof batch>(120).fill(batch), optimizer, rng: new Rng(2) };
    let [loss, accuracy] = [NaN, NaN];
    for await (const step of train({ ...run, loss: (rows, mode: Context) => answerer.loss(rows, mode) })) {
      loss = step.loss;
      accuracy = step.metrics["accuracy"]!;
      if (loss < 0.05) break;
    }
    expect([loss < 0.1, accuracy]).toEqual([true, 1]);

    const before = tf.memory().numTensors;
    const settings = { ...options, nullAnswers: true, batchSize: 3 };
    for (const mode of ["offsets", "google"] as const) {
      const answers = await answerQuestions(answerer, tokenizer, examples, { ...settings, mode });
      expect(answers.map(({ best }) => best?.text)).toEqual(["Paris", "ACME, Oslo", "not very", ""]);
      for (const { best, nBest } of answers) {
        expect(context.slice(best!.start, best!.end)).toBe(best!.text);
        expect(nBest.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 12);
      }
      // An answer does not depend on what else is in the batch.
      const [alone] = await answerQuestions(answerer, tokenizer, [examples[1]!], { ...settings, mode, batchSize: 1 });
      expect(alone!.best).toMatchObject({ text: "ACME, Oslo", start: 34, end: 44 });
      expect([alone!.best!.startLogit, alone!.nullOdds!]).toBeAllClose([
        answers[1]!.best!.startLogit,
        answers[1]!.nullOdds!,
      ]);
      const [reluctant] = await answerQuestions(answerer, tokenizer, [examples[1]!], {
        ...settings,
        mode,
        nullThreshold: -1e3,
      });
      expect(reluctant!.best).toMatchObject({ text: "", start: 0, end: 0 });
    }
    const [odd] = await answerQuestions(answerer, tokenizer, [{ question: "Ann", context: "" }], settings);
    expect(odd).toEqual({ nBest: [], best: undefined, nullOdds: Infinity });
    expect(tf.memory().numTensors).toBe(before);
    optimizer.dispose();
    dispose(answerer);
    expect(tf.memory().numTensors).toBe(atFirst);
  });
});
