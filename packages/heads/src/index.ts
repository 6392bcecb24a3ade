export { classifierNames } from "./classifier-names.ts";
export { classifierTensorflowNames } from "./classifier-tensorflow-names.ts";
export type { ClassifierLoss } from "./classifier-loss.ts";
export type { ClassLossOptions } from "./class-loss.ts";
export { LayerFeatures, type LayerFeaturesOptions } from "./feature-based/layer-features.ts";
export { encodeRows, padRows, type InputOptions } from "./inputs/encode-inputs.ts";
export { predictRows, type PredictOptions } from "./inputs/predict-rows.ts";
export {
  choiceBatch,
  choicePairs,
  choiceTensors,
  type ChoiceBatch,
  type ChoiceExample,
  type ChoiceInput,
  type ChoiceTensors,
} from "./multiple-choice/choice-batch.ts";
export { choose, type Chosen } from "./multiple-choice/choose.ts";
export { MultipleChoice, type MultipleChoiceOptions } from "./multiple-choice/multiple-choice.ts";
export { type LossHead, MultiTask, type MultiTaskOptions, type TaskBatches } from "./multi-task/multi-task.ts";
export { followProbabilities } from "./next-sentence/follow-probabilities.ts";
export { NextSentence, type NextSentenceOptions } from "./next-sentence/next-sentence.ts";
export { answerQuestions, type QuestionOptions } from "./question-answering/answer-questions.ts";
export type { AnswerMode, GivenAnswer, TokenSpan } from "./question-answering/answer-tokens.ts";
export type { SpanOptions, WindowLogits } from "./question-answering/best-spans.ts";
export { decodeAnswers, type Answer, type AnswerOptions, type Answers } from "./question-answering/decode-answers.ts";
export {
  encodeQuestion,
  type EncodedQuestion,
  type QuestionInput,
  type QuestionWindow,
  type WindowOptions,
} from "./question-answering/encode-question.ts";
export { QuestionAnswerer, type QuestionAnswererOptions } from "./question-answering/question-answerer.ts";
export {
  questionAnsweringNames,
  questionAnsweringTensorflowNames,
} from "./question-answering/question-answering-names.ts";
export {
  questionBatch,
  questionFeatures,
  questionTensors,
  type FeatureOptions,
  type QuestionBatch,
  type QuestionExample,
  type QuestionFeature,
  type QuestionTensors,
} from "./question-answering/question-batch.ts";
export {
  squadPredictions,
  type SquadNBestEntry,
  type SquadPredictions,
} from "./question-answering/squad-predictions.ts";
export { widenToWords } from "./question-answering/widen-to-words.ts";
export { CrossEncoder, type CrossEncoderOptions } from "./re-ranking/cross-encoder.ts";
export { rankDocuments, type RankedText } from "./re-ranking/rank-documents.ts";
export {
  rankingBatch,
  type RankingBatch,
  type RankingExample,
  rankingTensors,
  type RankingTensors,
} from "./re-ranking/ranking-batch.ts";
export { LateInteraction, type LateInteractionOptions, maxSim } from "./retrieval/late-interaction.ts";
export {
  flopsLoss,
  SparseEmbedder,
  type SparseEmbedderOptions,
  type VocabularyScorer,
} from "./retrieval/sparse-embedding.ts";
export { embedTexts } from "./sentence-embedding/embed-texts.ts";
export { forwardInMiniBatches } from "./sentence-embedding/forward-in-mini-batches.ts";
export { sentencePoolings, type SentencePooling } from "./sentence-embedding/pooling.ts";
export { SentenceEmbedder, type SentenceEmbedderOptions } from "./sentence-embedding/sentence-embedder.ts";
export {
  coSentLoss,
  cosineSimilarityLoss,
  matryoshkaLoss,
  multipleNegativesRanking,
  simCseLoss,
  tripletLoss,
  type RankingOptions,
  type TripletOptions,
} from "./sentence-embedding/sentence-losses.ts";
export {
  SentencePairClassifier,
  type SentencePairClassifierOptions,
  type SentencePairTensors,
} from "./sentence-embedding/sentence-pair-classifier.ts";
export {
  parseSentenceModules,
  sentenceModuleFiles,
  type SentenceModuleFiles,
  type SentenceModules,
} from "./sentence-embedding/sentence-modules.ts";
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
export {
  aggregateTokens,
  aggregationStrategies,
  type AggregationStrategy,
  type AlignedTokens,
  type LabeledSpan,
} from "./token-classification/aggregate-tokens.ts";
export type { TokenLabel } from "./token-classification/best-label.ts";
export { encodeWords, type EncodedWords } from "./token-classification/encode-words.ts";
export { findEntities, type Entity } from "./token-classification/find-entities.ts";
export { tagWords } from "./token-classification/tag-words.ts";
export {
  tokenBatch,
  tokenTensors,
  type TokenBatch,
  type TokenBatchOptions,
  type TokenExample,
  type TokenTensors,
} from "./token-classification/token-batch.ts";
export { TokenClassifier, type TokenClassifierOptions } from "./token-classification/token-classifier.ts";
