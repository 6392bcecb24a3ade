export { classifierNames } from "./classifier-names.ts";
export { classifierTensorflowNames } from "./classifier-tensorflow-names.ts";
export type { ClassifierLoss } from "./classifier-loss.ts";
export { encodeRows, padRows, type EncodedRow, type InputOptions, type TextInput } from "./inputs/encode-inputs.ts";
export { predictRows, type PredictOptions } from "./inputs/predict-rows.ts";
export {
  classificationBatch,
  classificationTensors,
  labelTargets,
} from "./sequence-classification/classification-batch.ts";
export type {
  ClassificationBatch,
  ClassificationExample,
  ClassificationLabel,
  ClassificationTensors,
  LabelSet,
} from "./sequence-classification/classification-batch.ts";
export { classifyTexts, labelsAbove, topLabel, type LabelScore } from "./sequence-classification/classify-texts.ts";
export type { Problem } from "./sequence-classification/problem.ts";
export { SequenceClassifier, type SequenceClassifierOptions } from "./sequence-classification/sequence-classifier.ts";
export type { TokenLabel } from "./token-classification/best-label.ts";
export { decodeEntities, type EntitySpan } from "./token-classification/decode-entities.ts";
export { encodeWords, type EncodedWords } from "./token-classification/encode-words.ts";
export { findEntities, type Entity } from "./token-classification/find-entities.ts";
export { tagWords } from "./token-classification/tag-words.ts";
export {
  tokenBatch,
  tokenTensors,
  type TokenBatch,
  type TokenExample,
  type TokenTensors,
} from "./token-classification/token-batch.ts";
export { TokenClassifier, type TokenClassifierOptions } from "./token-classification/token-classifier.ts";
