import { number, oneOf, trueOrFalse, wholeNumber, type Rules } from "@bertkit/checks";
import type { PredictOptions } from "@bertkit/heads";
import type { FeatureExtractionOptions } from "./feature-extraction.ts";
import type { FillMaskOptions } from "./fill-mask.ts";
import type { QuestionAnsweringOptions } from "./question-answering.ts";
import type { TextClassificationOptions } from "./text-classification.ts";

const predictRules: Rules<PredictOptions> = {
  maxLength: wholeNumber(1),
  lengthMultiple: wholeNumber(1),
  skipPadding: trueOrFalse,
  batchSize: wholeNumber(1),
};

export const fillMaskRules: Rules<FillMaskOptions> = {
  topK: wholeNumber(1),
  batchSize: wholeNumber(1),
  lengthMultiple: wholeNumber(1),
};

export const featureExtractionRules: Rules<FeatureExtractionOptions> = {
  ...predictRules,
  pooling: oneOf(["mean", "cls", "pooler"]),
  normalize: trueOrFalse,
};

export const textClassificationRules: Rules<TextClassificationOptions> = { ...predictRules, topK: wholeNumber(1) };

export const questionAnsweringRules: Rules<QuestionAnsweringOptions> = {
  ...predictRules,
  docStride: wholeNumber(1),
  overlap: wholeNumber(),
  maxQuestionLength: wholeNumber(),
  nBest: wholeNumber(1),
  maxAnswerLength: wholeNumber(1),
  mode: oneOf(["offsets", "google"]),
  nullAnswers: trueOrFalse,
  nullThreshold: number({ from: -Infinity, to: Infinity }),
  topK: wholeNumber(1),
};
