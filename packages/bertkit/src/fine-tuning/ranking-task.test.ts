import { CrossEncoder, SequenceClassifier } from "@bertkit/heads";
import { dispose, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { tinyEncoderModel, tinyTokenizer } from "../__fixtures__/tiny-model.ts";
import { fineTune } from "./fine-tune.ts";
import { rankingTask } from "./ranking-task.ts";

beforeAll(() => tf.setBackend("cpu"));

const examples = [
  { query: "good film", documents: ["a bad plot", "the film was good"], relevance: [0, 1] },
  { query: "bad plot", documents: ["a bad plot", "the film was good"], relevance: [1, 0] },
];

test("trains a cross-encoder to rank, and scores it", async () => {
  const { encoder } = tinyEncoderModel();
  const rng = new Rng(1);
  const classifier = new SequenceClassifier({ encoder, labels: ["relevance"], problem: "multi-label", rng });
  const task = rankingTask(new CrossEncoder({ classifier, objective: "listwise" }), tinyTokenizer, { maxLength: 16 });
  const { epochs } = await fineTune({
    task,
    train: examples,
    evaluation: examples,
    epochs: 12,
    batchSize: 2,
    learningRate: 0.05,
  });
  for (const { scores } of epochs) {
    const first = 2 * scores!["mrr"]! - 1; // of two documents: the fraction of queries whose first is right
    expect(scores!["ndcg"]).toBeCloseTo(first + (1 - first) / Math.log2(3), 6);
  }
  expect(epochs.at(-1)!.loss).toBeLessThan(epochs[0]!.loss);
  const graded = await task.scores([{ ...examples[0]!, relevance: [0.5, 1] }]);
  expect(Object.keys(graded)).toEqual(["ndcg"]);
  expect(await task.scores([{ ...examples[0]!, relevance: [0, 0] }])).toEqual({ ndcg: 0, mrr: 0 });
  await expect(task.scores([examples[0]!, { ...examples[1]!, relevance: [0] }])).rejects.toThrow(
    "rankingTask: example 1 has 2 documents and 1 relevances.",
  );
  await expect(task.scores([])).rejects.toThrow("rankingTask: there is no example to score.");
  dispose(classifier);
});
