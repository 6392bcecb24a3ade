import { useBackend } from "@bertkit/backend";
import { dispose, variables } from "@bertkit/nn";
import { beforeAll, expect, test } from "vitest";
import {
  tinyClassifierModel,
  tinyEncoderModel,
  tinyPretrainingModel,
  tinyQuestionModel,
  tinyTokenClassifierModel,
} from "../__fixtures__/tiny-model.ts";
import { type ExpectedHeads, expectedShapes } from "./expected-shapes.ts";
import type { PretrainedParts } from "./pretrained.ts";

beforeAll(() => useBackend("cpu"));

const models: [name: string, make: () => PretrainedParts, heads: ExpectedHeads][] = [
  ["an encoder", () => tinyEncoderModel(), {}],
  ["relative positions, no pooler", () => tinyEncoderModel({ positionEmbedding: "relative_key", pooler: false }), {}],
  ["relative positions of keys", () => tinyEncoderModel({ positionEmbedding: "relative_key_query" }), {}],
  ["the pretraining heads", () => tinyPretrainingModel(), { maskedLm: true, nextSentence: true }],
  ["a classifier", () => tinyClassifierModel(), { classifier: 3 }],
  ["a token classifier", () => tinyTokenClassifierModel(), { tokenClassifier: 2 }],
  ["a question answerer", () => tinyQuestionModel(), { questionAnswerer: true }],
];

test.each(models)("%s has the variables that are expected", (_, make, heads) => {
  const { config, encoder, maskedLm, nextSentence, classifier, tokenClassifier, questionAnswerer } = make();
  const parts = { encoder, maskedLm, nextSentence, classifier, tokenClassifier, questionAnswerer };
  const made = Object.fromEntries(Array.from(variables(parts), ([path, { shape }]) => [path, shape]));
  // A config may say pooler although the model has none.
  const expected = expectedShapes({ ...config, pooler: encoder.pooler !== undefined }, heads);
  expect(Object.fromEntries(Array.from(expected, ([path, { shape }]) => [path, shape]))).toEqual(made);
  dispose(parts);
});
