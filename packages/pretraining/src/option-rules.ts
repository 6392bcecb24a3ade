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
  type Rules,
} from "@bertkit/checks";
import { bertSizes } from "@bertkit/encoder";
import type { CreateInstancesOptions } from "./create-instances.ts";
import type { EvaluatePretrainingOptions } from "./evaluate-pretraining.ts";
import type { FillMaskOptions } from "./fill-mask.ts";
import type { InstanceOptions } from "./instance-options.ts";
import type { LinearMaskingRateOptions } from "./masking-rate.ts";
import type { NextSentenceHeadOptions } from "./next-sentence-head.ts";
import type { PretrainingBatchShape } from "./pretraining-batch.ts";
import type { PretrainingBatchesOptions } from "./pretraining-batches.ts";
import type { PretrainingInstancesOptions } from "./pretraining-instances.ts";

/** Heads take a config spread: those of its fields that mean nothing to one are not misspelt. */
export const configFields: readonly string[] = ["vocabularySize", "paddingId", ...Object.keys(bertSizes.tiny)];

const share: Rule = number({ from: 0, to: 1 });
const without = either(wholeNumber(), number({ from: Infinity, to: Infinity }));

export const instanceRules: Rules<InstanceOptions> = {
  vocabulary: required(object("what pretrainingVocabulary gives")),
  maxSequenceLength: wholeNumber(5),
  maxPredictionsPerSequence: wholeNumber(1),
  maskedLmProbability: share,
  shortSequenceProbability: share,
  wholeWordMasking: trueOrFalse,
  randomDocument: callable,
};

export const createInstancesRules: Rules<CreateInstancesOptions> = { ...instanceRules, dupeFactor: wholeNumber(1) };

export const pretrainingInstancesRules: Rules<PretrainingInstancesOptions> = {
  ...instanceRules,
  maskedLmProbability: either(share, callable),
  shuffleBufferSize: wholeNumber(),
  passes: without,
};

export const batchShapeRules: Rules<PretrainingBatchShape> = {
  length: required(wholeNumber(1)),
  maxPredictions: required(wholeNumber()),
  paddingId: wholeNumber(),
};

export const batchesRules: Rules<PretrainingBatchesOptions> = {
  ...batchShapeRules,
  maxPredictions: required(either(wholeNumber(), callable)),
  batchSize: required(wholeNumber(1)),
  remainder: oneOf(["drop", "keep"]),
};

export const evaluateRules: Rules<EvaluatePretrainingOptions> = {
  encoder: required(object("an encoder")),
  maskedLm: object("a MaskedLmHead"),
  nextSentence: object("a NextSentenceHead"),
  batches: required(listOf("batches")),
};

export const fillMaskRules: Rules<FillMaskOptions> = {
  encoder: required(object("an encoder")),
  head: required(object("a MaskedLmHead")),
  batch: required(object("what encodeBatch gives")),
  maskId: required(wholeNumber()),
  topK: wholeNumber(1),
};

export const linearMaskingRateRules: Rules<LinearMaskingRateOptions> = {
  from: required(share),
  to: required(share),
  instances: required(wholeNumber(1)),
  stages: required(wholeNumber(1)),
};

export const nextSentenceHeadRules: Rules<NextSentenceHeadOptions> = {
  encoder: required(object("an encoder")),
  rng: required(object("an Rng")),
  initializerRange: number({ from: 0 }),
};
