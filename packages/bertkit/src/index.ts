// The main entry point: this package's functions, and those that a first program needs from the other packages.
export { useBackend } from "@bertkit/backend";
export { type Folder, httpFolder, memoryFolder } from "@bertkit/checkpoints";
export {
  Dataset,
  readConll,
  readCsv,
  readGlue,
  readJsonl,
  readParquet,
  readSquad,
  readTsv,
  shuffle,
  splitHoldout,
  splitSentences,
} from "@bertkit/datasets";
export { type Bert, type BertConfig, bertInputs, bertSizes, createBert } from "@bertkit/encoder";
export {
  type Answer,
  classificationBatch,
  type ClassificationExample,
  type LabelScore,
  MultipleChoice,
  QuestionAnswerer,
  SentenceEmbedder,
  SequenceClassifier,
  TokenClassifier,
} from "@bertkit/heads";
export { accuracy, entityF1, perplexity, precisionRecallF1, rocAuc, spearman, squadScores } from "@bertkit/metrics";
export { countParameters, dispose, freeze, inference, Lora, Rng, summary, unfreeze, variables } from "@bertkit/nn";
export {
  maskedLmObjective,
  MaskedLmHead,
  nextSentenceObjective,
  NextSentenceHead,
  sumObjectives,
} from "@bertkit/pretraining";
export { bertTokenizer, parseVocabulary, type Tokenizer, Vocabulary } from "@bertkit/tokenizer";
export { trainWordPiece } from "@bertkit/tokenizer/training";
export { adamW, train, warmupLinearDecay } from "@bertkit/training";
export { loadAdapter } from "./adapters/load-adapter.ts";
export { saveAdapter, type SaveAdapterOptions } from "./adapters/save-adapter.ts";
export { type FolderConfig, huggingFaceConfigText, parseHuggingFaceConfig } from "./config/hugging-face-config.ts";
export { albert } from "./families/albert.ts";
export { bert } from "./families/bert.ts";
export { ConfigFields } from "./families/config-fields.ts";
export { distilBert } from "./families/distil-bert.ts";
export { electra } from "./families/electra.ts";
export { encoderFamily, type EncoderFamily, type PretrainedEncoder } from "./families/encoder-family.ts";
export { type Family, type ModelOf } from "./families/family.ts";
export { denseNames, embeddingNames, normNames } from "./families/hugging-face-names.ts";
export { modernBert } from "./families/modern-bert.ts";
export { classificationScores, classificationTask } from "./fine-tuning/classification-task.ts";
export {
  type EmbeddingBatch,
  type EmbeddingExample,
  embeddingTask,
  type EmbeddingTaskOptions,
} from "./fine-tuning/embedding-task.ts";
export type { EpochScores } from "./fine-tuning/epoch-scores.ts";
export { fineTune, fineTuningRate } from "./fine-tuning/fine-tune.ts";
export type {
  FineTuneOptions,
  FineTuningHistory,
  FineTuningResult,
  FineTuningStep,
  SavedFineTuning,
} from "./fine-tuning/fine-tune-options.ts";
export { type FineTuningTask, type Scores, type TrainableHead } from "./fine-tuning/fine-tuning-task.ts";
export { multipleChoiceTask } from "./fine-tuning/multiple-choice-task.ts";
export { questionAnsweringTask } from "./fine-tuning/question-answering-task.ts";
export { rankingTask } from "./fine-tuning/ranking-task.ts";
export { tokenClassificationTask } from "./fine-tuning/token-classification-task.ts";
export { withPooler } from "./fine-tuning/with-pooler.ts";
export { CanaryError } from "./model/canary-error.ts";
export { fromPretrained, type FromPretrainedOptions } from "./model/from-pretrained.ts";
export { type LoadBertOptions } from "./model/load-bert.ts";
export { loadModel, saveModel } from "./model/save-model.ts";
export { type Pretrained, type PretrainedParts } from "./model/pretrained.ts";
export { type OnnxTask, saveOnnx, type SaveOnnxOptions } from "./model/save-onnx.ts";
export { savePretrained, type SavePretrainedOptions } from "./model/save-pretrained.ts";
export {
  loadTensorflowOptimizer,
  saveTensorflowCheckpoint,
  type TensorflowCheckpointOptions,
} from "./model/save-tensorflow-checkpoint.ts";
export { type CallOptions } from "./pipeline/call-options.ts";
export { type FeatureData, Features, type NestedNumbers } from "./pipeline/features.ts";
export { type LoadedPipeline, type PipelineModel } from "./pipeline/pipeline-model.ts";
export { type Pipelines, type PipelineTask } from "./pipeline/load-pipeline.ts";
export { type LoadingStep, type TransformersLoadingOptions } from "./pipeline/loading-options.ts";
export { pipeline, type PipelineOptions } from "./pipeline/pipeline.ts";
export { type BinaryPrecision } from "./pipeline/quantize-features.ts";
export { type FoundAnswer } from "./pipeline/tasks/best-answers.ts";
export {
  type FeatureExtractionCall,
  type FeatureExtractionPipeline,
} from "./pipeline/tasks/feature-extraction-task.ts";
export { type FillMaskCall, type FillMaskPipeline, type MaskFilling } from "./pipeline/tasks/fill-mask-task.ts";
export {
  type QuestionAnsweringCall,
  type QuestionAnsweringPipeline,
} from "./pipeline/tasks/question-answering-task.ts";
export { type SentenceSimilarityPipeline } from "./pipeline/tasks/sentence-similarity-task.ts";
export {
  type TextClassificationCall,
  type TextClassificationPipeline,
} from "./pipeline/tasks/text-classification-task.ts";
export {
  type RankedDocument,
  type TextRankingCall,
  type TextRankingPipeline,
} from "./pipeline/tasks/text-ranking-task.ts";
export {
  type LabeledEntity,
  type LabeledToken,
  type TokenClassificationCall,
  type TokenClassificationPipeline,
} from "./pipeline/tasks/token-classification-task.ts";
export {
  type ZeroShotCall,
  type ZeroShotLabels,
  type ZeroShotPipeline,
} from "./pipeline/tasks/zero-shot-classification-task.ts";
export { type PipelineInput } from "./pipeline/texts.ts";
export {
  type FeatureExtraction,
  featureExtraction,
  type FeatureExtractionOptions,
  type FeatureModel,
} from "./inference/feature-extraction.ts";
export {
  type FilledMask,
  type FillMask,
  fillMask,
  type FillMaskModel,
  type FillMaskOptions,
  type MaskCandidate,
} from "./inference/fill-mask.ts";
export { type Pooling } from "./inference/pool-tokens.ts";
export {
  questionAnswering,
  type QuestionAnswering,
  type QuestionAnsweringOptions,
  type QuestionModel,
} from "./inference/question-answering.ts";
export {
  type ClassificationModel,
  type TextClassification,
  textClassification,
  type TextClassificationOptions,
} from "./inference/text-classification.ts";
