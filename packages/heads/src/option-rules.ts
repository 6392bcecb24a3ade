import {
  arrayOf,
  number,
  object,
  oneOf,
  required,
  text,
  trueOrFalse,
  wholeNumber,
  type Rule,
  type Rules,
} from "@bertkit/checks";
import { bertSizes } from "@bertkit/encoder";
import type { InputOptions } from "./inputs/encode-inputs.ts";
import type { PredictOptions } from "./inputs/predict-rows.ts";
import type { QuestionOptions } from "./question-answering/answer-questions.ts";
import type { SpanOptions } from "./question-answering/best-spans.ts";
import type { AnswerOptions } from "./question-answering/decode-answers.ts";
import type { WindowOptions } from "./question-answering/encode-question.ts";
import type { QuestionAnswererOptions } from "./question-answering/question-answerer.ts";
import type { FeatureOptions } from "./question-answering/question-batch.ts";
import type { SequenceClassifierOptions } from "./sequence-classification/sequence-classifier.ts";
import type { TokenClassifierOptions } from "./token-classification/token-classifier.ts";

/** Heads take a config spread: those of its fields that mean nothing to one are not misspelt. */
export const configFields: readonly string[] = ["vocabularySize", "paddingId", ...Object.keys(bertSizes.tiny)];

export const inputRules: Rules<InputOptions> = {
  maxLength: wholeNumber(1),
  lengthMultiple: wholeNumber(1),
  skipPadding: trueOrFalse,
};

export const predictRules: Rules<PredictOptions> = { ...inputRules, batchSize: wholeNumber(1) };

export const modeRule: Rule = oneOf(["offsets", "google"]);

export const windowRules: Rules<WindowOptions> = {
  ...inputRules,
  docStride: wholeNumber(1),
  overlap: wholeNumber(),
  maxQuestionLength: wholeNumber(),
};

export const featureRules: Rules<FeatureOptions> = { ...windowRules, mode: modeRule };

const spanRules: Rules<SpanOptions> = { nBest: wholeNumber(1), maxAnswerLength: wholeNumber(1) };

export const answerRules: Rules<AnswerOptions> = {
  ...spanRules,
  mode: modeRule,
  nullAnswers: trueOrFalse,
  nullThreshold: number({ from: -Infinity, to: Infinity }),
};

export const questionRules: Rules<QuestionOptions> = { ...predictRules, ...windowRules, ...answerRules };

export const questionAnswererRules: Rules<QuestionAnswererOptions> = {
  encoder: required(object("an encoder")),
  rng: required(object("an Rng")),
  initializerRange: number({ from: 0 }),
};

export const tokenClassifierRules: Rules<TokenClassifierOptions> = {
  ...questionAnswererRules,
  labels: required(arrayOf("labels", text)),
  classLoss: object("an object such as { labelSmoothing: 0.1 }"),
  dropout: number({ from: 0, below: 1 }),
};

export const sequenceClassifierRules: Rules<SequenceClassifierOptions> = {
  ...tokenClassifierRules,
  problem: oneOf(["single-label", "multi-label", "regression"]),
};
