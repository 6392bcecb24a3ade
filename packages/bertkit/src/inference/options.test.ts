import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { tinyClassifierModel, tinyMaskedLmModel, tinyQuestionModel } from "../__fixtures__/tiny-model.ts";
import { featureExtraction } from "./feature-extraction.ts";
import { fillMask } from "./fill-mask.ts";
import { questionAnswering } from "./question-answering.ts";
import { textClassification } from "./text-classification.ts";

beforeAll(() => tf.setBackend("cpu"));

test.each([
  [
    () => fillMask(tinyMaskedLmModel(), { batchSize: 0 }),
    /^fillMask: batchSize must be a whole number of at least 1, got 0/,
  ],
  [() => fillMask(tinyMaskedLmModel(), { lengthMultiple: NaN }), /^fillMask: lengthMultiple/],
  [() => fillMask(tinyMaskedLmModel(), { topK: 1.5 }), /^fillMask: topK/],
  [
    () => featureExtraction(tinyMaskedLmModel(), { pooling: "most" as "cls" }),
    /^featureExtraction: pooling must be one of cls, max, mean, .*, pooler, got "most"/,
  ],
  [() => featureExtraction(tinyMaskedLmModel(), { maxLength: 0 }), /^featureExtraction: maxLength/],
  [() => textClassification(tinyClassifierModel(), { topK: 0 }), /^textClassification: topK/],
  [() => questionAnswering(tinyQuestionModel(), { docStride: NaN }), /^questionAnswering: docStride/],
  [() => questionAnswering(tinyQuestionModel(), { mode: "hf" as "google" }), /^questionAnswering: mode/],
])("rejects %s", (make, message) => {
  expect(make).toThrow(RangeError);
  expect(make).toThrow(message);
});

test("rejects a misspelled option, and inputs that are not texts", async () => {
  expect(() => fillMask(tinyMaskedLmModel(), { topk: 3 } as never)).toThrow(
    "fillMask: no option is called topk. Did you mean topK? Use topK,",
  );
  await expect(featureExtraction(tinyMaskedLmModel())(["a", null] as never)).rejects.toThrow(
    "featureExtraction: inputs[1] must be a text, got null.",
  );
  await expect(fillMask(tinyMaskedLmModel())([null] as never)).rejects.toThrow("must be a text, got null");
  await expect(fillMask(tinyMaskedLmModel())(undefined as never)).rejects.toThrow(
    "fillMask: texts must be a list of texts, got undefined. Pass a list.",
  );
});

test("treats undefined as omitted", async () => {
  const model = tinyMaskedLmModel();
  const text = "the good film was not bad . ".repeat(6); // more than the encoder's 24 tokens
  const plain = await featureExtraction(model)(text);
  expect(await featureExtraction(model, { maxLength: undefined, pooling: undefined } as never)(text)).toEqual(plain);
  expect(await featureExtraction(model, { maxLength: 8 })(text)).not.toEqual(plain);
});

test("names the parts to pass if one is missing", () => {
  const { config: _, ...model } = tinyMaskedLmModel();
  const cases = [
    [featureExtraction, "{ config, tokenizer, encoder }"],
    [fillMask, "{ config, tokenizer, encoder, maskedLm }"],
    [questionAnswering, "{ config, tokenizer, questionAnswerer }"],
    [textClassification, "{ config, tokenizer, classifier }"],
  ] as const;
  for (const [make, parts] of cases)
    expect(() => make(model as never)).toThrow(`without config. Pass a loaded model or ${parts}.`);
});
