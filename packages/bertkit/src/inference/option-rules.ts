import { number, object, oneOf, trueOrFalse, wholeNumber, type RuleTable } from "@bertkit/checks";
import { sentencePoolings } from "@bertkit/heads";

const predictRules: RuleTable<"maxLength" | "lengthMultiple" | "skipPadding" | "batchSize" | "batchTokens" | "signal"> =
  {
    maxLength: wholeNumber(1),
    lengthMultiple: wholeNumber(1),
    skipPadding: trueOrFalse,
    batchSize: wholeNumber(1),
    batchTokens: wholeNumber(1),
    signal: object("an AbortSignal", "aborted"),
  };

export const fillMaskRules: RuleTable<"topK" | "batchSize" | "batchTokens" | "lengthMultiple" | "signal"> = {
  topK: wholeNumber(1),
  batchSize: wholeNumber(1),
  batchTokens: wholeNumber(1),
  lengthMultiple: wholeNumber(1),
  signal: object("an AbortSignal", "aborted"),
};

export const featureExtractionRules: RuleTable<keyof typeof predictRules | "pooling" | "normalize"> = {
  ...predictRules,
  pooling: oneOf([...sentencePoolings, "pooler"]),
  normalize: trueOrFalse,
};

export const textClassificationRules: RuleTable<keyof typeof predictRules | "topK"> = {
  ...predictRules,
  topK: wholeNumber(1),
};

export const questionAnsweringRules: RuleTable<
  | keyof typeof predictRules
  | "docStride"
  | "overlap"
  | "maxQuestionLength"
  | "nBest"
  | "maxAnswerLength"
  | "mode"
  | "nullAnswers"
  | "nullThreshold"
  | "wholeWords"
  | "topK"
> = {
  ...predictRules,
  docStride: wholeNumber(1),
  overlap: wholeNumber(),
  maxQuestionLength: wholeNumber(),
  nBest: wholeNumber(1),
  maxAnswerLength: wholeNumber(1),
  mode: oneOf(["offsets", "google"]),
  nullAnswers: trueOrFalse,
  nullThreshold: number({ from: -Infinity, to: Infinity }),
  wholeWords: trueOrFalse,
  topK: wholeNumber(1),
};
