import { oneOf, number, trueOrFalse, wholeNumber, type RuleTable } from "@bertkit/checks";

export const taskRules: RuleTable<"maxLength" | "lengthMultiple" | "skipPadding" | "batchSize"> = {
  maxLength: wholeNumber(1),
  lengthMultiple: wholeNumber(1),
  skipPadding: trueOrFalse,
  batchSize: wholeNumber(1),
};

export const questionTaskRules: RuleTable<
  | keyof typeof taskRules
  | "docStride"
  | "overlap"
  | "maxQuestionLength"
  | "mode"
  | "nBest"
  | "maxAnswerLength"
  | "nullAnswers"
  | "nullThreshold"
  | "wholeWords"
> = {
  ...taskRules,
  docStride: wholeNumber(1),
  overlap: wholeNumber(),
  maxQuestionLength: wholeNumber(),
  mode: oneOf(["offsets", "google"]),
  nBest: wholeNumber(1),
  maxAnswerLength: wholeNumber(1),
  nullAnswers: trueOrFalse,
  nullThreshold: number({ from: -Infinity, to: Infinity }),
  wholeWords: trueOrFalse,
};
