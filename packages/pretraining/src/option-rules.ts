import {
  callable,
  either,
  listOf,
  number,
  object,
  oneOf,
  required,
  trueOrFalse,
  wholeNumber,
  type Rule,
  type RuleTable,
} from "@bertkit/checks";
import { bertSizes } from "@bertkit/encoder";
import { maskingKinds } from "./masking.ts";

/** A config may be spread into a head's options, so its other fields are not rejected as misspelled. */
export const configFields: readonly string[] = ["vocabularySize", "paddingId", ...Object.keys(bertSizes.tiny)];

const fraction: Rule = number({ from: 0, to: 1 });
const without = either(wholeNumber(), number({ from: Infinity, to: Infinity }));

export const instanceRules: RuleTable<
  | "vocabulary"
  | "maxSequenceLength"
  | "maxPredictionsPerSequence"
  | "maskedLmProbability"
  | "shortSequenceProbability"
  | "wholeWordMasking"
  | "masking"
  | "randomDocument"
> = {
  vocabulary: required(object("a result of pretrainingVocabulary")),
  maxSequenceLength: wholeNumber(5),
  maxPredictionsPerSequence: wholeNumber(1),
  maskedLmProbability: fraction,
  shortSequenceProbability: fraction,
  wholeWordMasking: trueOrFalse,
  masking: either(oneOf(maskingKinds), object("masking options")),
  randomDocument: callable,
};

export const createInstancesRules: RuleTable<keyof typeof instanceRules | "dupeFactor"> = {
  ...instanceRules,
  dupeFactor: wholeNumber(1),
};

export const blockInstancesRules: RuleTable<keyof typeof instanceRules | "pairs" | "dupeFactor"> = {
  ...instanceRules,
  pairs: oneOf(["next-sentence", "sentence-order", "none", "document"]),
  dupeFactor: wholeNumber(1),
};

export const instanceFeaturesRules: RuleTable<"length" | "maxPredictions" | "names" | "paddingId"> = {
  length: required(wholeNumber(1)),
  maxPredictions: required(wholeNumber()),
  names: oneOf(["v1", "v2"]),
  paddingId: wholeNumber(),
};

export const pretrainingInstancesRules: RuleTable<
  keyof typeof instanceRules | "maskedLmProbability" | "shuffleBufferSize" | "passes"
> = {
  ...instanceRules,
  maskedLmProbability: either(fraction, callable),
  shuffleBufferSize: wholeNumber(),
  passes: without,
};

export const batchShapeRules: RuleTable<"length" | "maxPredictions" | "paddingId"> = {
  length: required(wholeNumber(1)),
  maxPredictions: required(wholeNumber()),
  paddingId: wholeNumber(),
};

export const batchesRules: RuleTable<keyof typeof batchShapeRules | "maxPredictions" | "batchSize" | "remainder"> = {
  ...batchShapeRules,
  maxPredictions: required(either(wholeNumber(), callable)),
  batchSize: required(wholeNumber(1)),
  remainder: oneOf(["drop", "keep"]),
};

export const evaluateRules: RuleTable<"encoder" | "maskedLm" | "nextSentence" | "batches"> = {
  encoder: required(object("an encoder", "forward")),
  maskedLm: object("a MaskedLmHead", "forward"),
  nextSentence: object("a NextSentenceHead", "forward"),
  batches: required(listOf("batches")),
};

export const fillMaskRules: RuleTable<"encoder" | "head" | "batch" | "maskId" | "topK"> = {
  encoder: required(object("an encoder", "forward")),
  head: required(object("a MaskedLmHead", "forward")),
  batch: required(object("a result of encodeBatch")),
  maskId: required(wholeNumber()),
  topK: wholeNumber(1),
};

export const linearMaskingRateRules: RuleTable<"from" | "to" | "instances" | "stages"> = {
  from: required(fraction),
  to: required(fraction),
  instances: required(wholeNumber(1)),
  stages: required(wholeNumber(1)),
};

export const nextSentenceHeadRules: RuleTable<"encoder" | "rng" | "initializerRange"> = {
  encoder: required(object("an encoder", "forward")),
  rng: required(object("an Rng", "random")),
  initializerRange: number({ from: 0 }),
};

export const packRules: RuleTable<"length" | "open"> = { length: required(wholeNumber(1)), open: wholeNumber(1) };
