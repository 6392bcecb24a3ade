export { blockInstances, type BlockInstancesOptions, type Pairs } from "./block-instances.ts";
export { createInstances, type CreateInstancesOptions } from "./create-instances.ts";
export { documentIds } from "./document-ids.ts";
export { evaluatePretraining } from "./evaluate-pretraining.ts";
export type {
  EvaluatePretrainingOptions,
  InstanceScore,
  PretrainingEvaluation,
  PretrainingResult,
} from "./evaluate-pretraining.ts";
export { fillMask, type FilledMask, type FillMaskOptions } from "./fill-mask.ts";
export { anyDocument, nearbyDocument, type InstanceOptions, type RandomDocument } from "./instance-options.ts";
export {
  type FeatureNames,
  instanceFeatures,
  type InstanceFeatures,
  type InstanceFeaturesOptions,
  instanceOfFeatures,
  instancesFeatures,
} from "./instance-features.ts";
export { largestValues } from "./largest-values.ts";
export { countTokens, logUnigramFrequencies } from "./log-unigram-frequencies.ts";
export { MaskedLmHead, type MaskedLmHeadOptions, type MaskedLmScorer } from "./masked-lm-head.ts";
export { maskedLmObjective } from "./masked-lm-objective.ts";
export { maskAgain, unmasked } from "./mask-again.ts";
export type { MaskingKind, MaskingOptions } from "./masking.ts";
export { NextSentenceHead, type NextSentenceHeadOptions, type NextSentenceScorer } from "./next-sentence-head.ts";
export { nextSentenceObjective } from "./next-sentence-objective.ts";
export { linearMaskingRate, type LinearMaskingRateOptions, type MaskingRate } from "./masking-rate.ts";
export { objective, type Objective, type ObjectiveLoss } from "./objective.ts";
export { packInstances, type PackInstancesOptions } from "./pack-instances.ts";
export { pretrainingBatch, type PretrainingBatch, type PretrainingBatchShape } from "./pretraining-batch.ts";
export { pretrainingBatches, type PretrainingBatchesOptions } from "./pretraining-batches.ts";
export type { PretrainingInstance, TokenDocument } from "./pretraining-instance.ts";
export { pretrainingInstances, type PretrainingInstancesOptions } from "./pretraining-instances.ts";
export { pretrainingCopies, pretrainingNames } from "./pretraining-names.ts";
export { pretrainingModelGardenNames, pretrainingTensorflowNames } from "./pretraining-tensorflow-names.ts";
export { pretrainingTensors, type PretrainingTensors } from "./pretraining-tensors.ts";
export { pretrainingVocabulary, type PretrainingVocabulary } from "./pretraining-vocabulary.ts";
export { PythonRandom } from "./python-random.ts";
export { shareBatches, type ShareBatchesOptions } from "./share-batches.ts";
export { sumObjectives } from "./sum-objectives.ts";
export { withinCorpora } from "./within-corpora.ts";
export { wordVectors, type WordVectorsOptions } from "./word-vectors.ts";
