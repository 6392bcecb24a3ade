import {
  CrossEncoder,
  findEntities,
  followProbabilities,
  MultipleChoice,
  NextSentence,
  QuestionAnswerer,
  SentenceEmbedder,
  SequenceClassifier,
  TokenClassifier,
} from "@bertkit/heads";
import { inference, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { tinyEncoderModel, tinyTokenizer } from "../__fixtures__/tiny-model.ts";
import { classificationScores, classificationTask } from "./classification-task.ts";
import { embeddingTask } from "./embedding-task.ts";
import { fineTuningRate } from "./fine-tune.ts";
import type { FineTuningTask } from "./fine-tuning-task.ts";
import { multipleChoiceTask } from "./multiple-choice-task.ts";
import { questionAnsweringTask } from "./question-answering-task.ts";
import { rankingTask } from "./ranking-task.ts";
import { tokenClassificationTask } from "./token-classification-task.ts";

beforeAll(() => tf.setBackend("cpu"));

const regression = { labels: ["score"], problem: "regression" } as const;
const multiLabel = { labels: ["a", "b"], problem: "multi-label" } as const;

test("scores predictions", () => {
  const scores = classificationScores(regression, [[1], [2], [4]], [1, 2, 3]);
  expect(scores["meanSquaredError"]).toBeCloseTo(1 / 3, 12);
  expect(scores["spearman"]).toBeCloseTo(1, 12);
});

test.each([
  [regression, [[1]], [1, 2], "one list of predictions per label, got 1 and 2."],
  [regression, [[1], [2], [3]], [1, 2], "got 3 and 2."],
  [regression, [], [], "got 0 and 0."],
  [multiLabel, [[1]], [["a"]], "predictions[0] must be 2 numbers, one per label, got 1."],
  [multiLabel, [[1, NaN]], [["a"]], "a prediction of example 0 must be a number that is finite, got NaN."],
] as const)("rejects %j with the predictions %j", (classifier, predictions, labels, message) => {
  const score = (): unknown => classificationScores(classifier, predictions, labels as never);
  expect(score).toThrow(RangeError);
  expect(score).toThrow(message);
});

test("the fine-tuning rate needs a hidden size", () => {
  expect([768, 1024, 384].map(fineTuningRate)).toEqual([5e-5, 5e-5, 1e-4]);
  for (const size of [0, -1, NaN, 1.5, "768", undefined])
    expect(() => fineTuningRate(size as number)).toThrow("fineTuningRate: hiddenSize must be a whole number");
});

test.each(["absolute", "relative_key"] as const)(
  "texts and padding of every head are within the encoder's %s positions",
  async (positionEmbedding) => {
    const { encoder } = tinyEncoderModel({ positionEmbedding }); // 24 positions, less than a multiple of 32
    const rng = new Rng(1);
    const text = "good film ".repeat(40);
    const label = "B-X";
    const classifier = new SequenceClassifier({ encoder, labels: [label], rng });
    const tagger = new TokenClassifier({ encoder, labels: [label, "O"], rng });
    const relevance = new SequenceClassifier({ encoder, labels: ["relevance"], problem: "multi-label", rng });
    const [context, answers, question] = [text, [{ text: "film", start: 5 }], "good ?"];
    const answerer = new QuestionAnswerer({ encoder, rng });
    const checks = [
      check(classificationTask(classifier, tinyTokenizer), { input: text, label }),
      check(classificationTask(classifier, tinyTokenizer, { maxLength: 100 }), { input: "good", label }),
      check(tokenClassificationTask(tagger, tinyTokenizer), { words: ["good"], labels: [label] }),
      check(questionAnsweringTask(answerer, tinyTokenizer), { question, context, answers }),
      check(multipleChoiceTask(new MultipleChoice({ encoder, rng }), tinyTokenizer), {
        context,
        choices: ["a", "the"],
        label: 0,
      }),
      check(rankingTask(new CrossEncoder({ classifier: relevance }), tinyTokenizer), {
        query: "good",
        documents: [text],
        relevance: [1],
      }),
      check(embeddingTask(new SentenceEmbedder({ encoder }), tinyTokenizer, { loss: "pairs" }), { text, pair: "good" }),
    ];
    for (const each of checks) await each();
    expect(await findEntities(tagger, tinyTokenizer, ["good", text])).toHaveLength(2);
    const next = new NextSentence({ encoder, rng });
    expect(await followProbabilities(next, tinyTokenizer, [[text, text]])).toHaveLength(1);
  },
);

/** Computes the loss of an example and the scores, which throw if there are too many tokens. */
function check<Example, Row, Batch>(task: FineTuningTask<Example, Row, Batch>, example: Example): () => Promise<void> {
  return async () => {
    const batch = task.batch(task.rows([example]));
    tf.tidy(() => void task.head.loss(batch, inference));
    expect(Object.keys(await task.scores([example])).length).toBeGreaterThan(0);
  };
}
