import { Rng } from "@bertkit/nn";
import {
  createInstances,
  evaluatePretraining,
  pretrainingBatches,
  pretrainingVocabulary,
  type TokenDocument,
} from "@bertkit/pretraining";
import type { PretrainedParts } from "../model/pretrained.ts";
import { predictionsAt } from "./pretraining-data.ts";

const batchSize = 32;

export interface DocumentsEvaluation {
  /** Sum of the losses, in nats. */
  readonly loss: number;
  readonly maskedLmLoss: number;
  readonly maskedLmAccuracy: number;
  readonly nextSentenceLoss?: number;
  readonly nextSentenceAccuracy?: number;
}

export interface EvaluateDocumentsOptions {
  /** Tokens of an instance, special ones included. */
  readonly sequenceLength: number;
  /** Share of an instance's tokens to predict. */
  readonly maskedLmProbability: number;
  readonly wholeWordMasking?: boolean;
  /** Decides pairs and masks: the same seed always masks the same tokens. */
  readonly seed: number;
}

/** Masked LM and, if the model has its head, next-sentence prediction on documents in token ids, each read once. */
export async function evaluateDocuments(
  { encoder, tokenizer, maskedLm, nextSentence }: PretrainedParts,
  documents: readonly TokenDocument[],
  { sequenceLength, maskedLmProbability, wholeWordMasking = false, seed }: EvaluateDocumentsOptions,
): Promise<DocumentsEvaluation> {
  if (maskedLm === undefined)
    throw new Error("evaluateDocuments: the model has no masked-LM head. Pretrain it, or load one that has.");
  const maxPredictions = predictionsAt(maskedLmProbability, sequenceLength);
  const instances = createInstances(
    documents,
    {
      vocabulary: pretrainingVocabulary(tokenizer),
      maxSequenceLength: sequenceLength,
      maxPredictionsPerSequence: maxPredictions,
      maskedLmProbability,
      wholeWordMasking,
      dupeFactor: 1,
    },
    new Rng(seed),
  );
  const paddingId = tokenizer.special.padding.id;
  const batches = pretrainingBatches(instances, {
    batchSize,
    length: sequenceLength,
    maxPredictions,
    paddingId,
    remainder: "keep",
  });
  const found = await evaluatePretraining({ encoder, maskedLm, ...(nextSentence && { nextSentence }), batches });
  const [masked, pairs] = [found.maskedLm!, found.nextSentence];
  return {
    loss: masked.loss.value + (pairs?.loss.value ?? 0),
    maskedLmLoss: masked.loss.value,
    maskedLmAccuracy: masked.accuracy.value,
    ...(pairs && { nextSentenceLoss: pairs.loss.value, nextSentenceAccuracy: pairs.accuracy.value }),
  };
}
