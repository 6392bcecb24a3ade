import { TokenClassifier } from "@bertkit/heads";
import { dispose, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { tinyEncoderModel, tinyTokenizer } from "../__fixtures__/tiny-model.ts";
import { tokenClassificationTask } from "./token-classification-task.ts";

beforeAll(() => tf.setBackend("cpu"));

test.each([[["NOUN", "VERB"]], [["O", "B-X"]]])("scores %j only with one label per word", async (labels) => {
  const classifier = new TokenClassifier({
    encoder: tinyEncoderModel({ pooler: false }).encoder,
    labels,
    rng: new Rng(1),
  });
  const task = tokenClassificationTask(classifier, tinyTokenizer, { maxLength: 16 });
  const [first, second] = labels as [string, string];
  // As many labels as words in total.
  const shifted = [
    { words: ["good", "film"], labels: [first] },
    { words: ["bad"], labels: [second, first] },
  ];
  await expect(task.scores([{ words: ["bad"], labels: [first] }, ...shifted])).rejects.toThrow(
    "tokenClassificationTask: example 1 has 2 words and 1 labels. Pass one label per word.",
  );
  const { accuracy } = await task.scores([
    { words: ["good", "film"], labels: [first, second] },
    { words: ["bad"], labels: [first] },
  ]);
  expect([0, 1, 2, 3].map((right) => right / 3)).toContain(accuracy);
  dispose(classifier);
});
