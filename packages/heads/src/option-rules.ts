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
  type RuleTable,
} from "@bertkit/checks";
import { bertSizes } from "@bertkit/encoder";

/** A config may be spread into a head's options, so its other fields are not rejected as misspelled. */
export const configFields: readonly string[] = ["vocabularySize", "paddingId", ...Object.keys(bertSizes.tiny)];

export const inputRules: RuleTable<"maxLength" | "lengthMultiple" | "skipPadding"> = {
  maxLength: wholeNumber(1),
  lengthMultiple: wholeNumber(1),
  skipPadding: trueOrFalse,
};

export const tokenBatchRules: RuleTable<keyof typeof inputRules | "pieces"> = {
  ...inputRules,
  pieces: oneOf(["first", "all"]),
};

export const predictRules: RuleTable<keyof typeof inputRules | "batchSize"> = {
  ...inputRules,
  batchSize: wholeNumber(1),
};

export const modeRule: Rule = oneOf(["offsets", "google"]);

export const windowRules: RuleTable<keyof typeof inputRules | "docStride" | "overlap" | "maxQuestionLength"> = {
  ...inputRules,
  docStride: wholeNumber(1),
  overlap: wholeNumber(),
  maxQuestionLength: wholeNumber(),
};

export const featureRules: RuleTable<keyof typeof windowRules | "mode"> = { ...windowRules, mode: modeRule };

const spanRules: RuleTable<"nBest" | "maxAnswerLength"> = { nBest: wholeNumber(1), maxAnswerLength: wholeNumber(1) };

export const answerRules: RuleTable<keyof typeof spanRules | "mode" | "wholeWords" | "nullAnswers" | "nullThreshold"> =
  {
    ...spanRules,
    mode: modeRule,
    wholeWords: trueOrFalse,
    nullAnswers: trueOrFalse,
    nullThreshold: number({ from: -Infinity, to: Infinity }),
  };

export const questionRules: RuleTable<keyof typeof predictRules | keyof typeof windowRules | keyof typeof answerRules> =
  { ...predictRules, ...windowRules, ...answerRules };

export const questionAnswererRules: RuleTable<"encoder" | "rng" | "initializerRange"> = {
  encoder: required(object("an encoder", "forward")),
  rng: required(object("an Rng", "random")),
  initializerRange: number({ from: 0 }),
};

export const multipleChoiceRules: RuleTable<keyof typeof questionAnswererRules | "dropout"> = {
  ...questionAnswererRules,
  dropout: number({ from: 0, below: 1 }),
};

export const tokenClassifierRules: RuleTable<keyof typeof questionAnswererRules | "labels" | "classLoss" | "dropout"> =
  {
    ...questionAnswererRules,
    labels: required(arrayOf("labels", text)),
    classLoss: object("an object such as { labelSmoothing: 0.1 }"),
    dropout: number({ from: 0, below: 1 }),
  };

export const sequenceClassifierRules: RuleTable<keyof typeof tokenClassifierRules | "problem"> = {
  ...tokenClassifierRules,
  problem: oneOf(["single-label", "multi-label", "regression"]),
};
