import { Rng } from "@bertkit/nn";
import {
  createInstances,
  evaluatePretraining,
  pretrainingBatches,
  pretrainingVocabulary,
  type PretrainingInstance,
  type TokenDocument,
} from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";
import type { PretrainedParts } from "../model/pretrained.ts";
import type { PretrainSettings } from "./pretrain-settings.ts";
import { predictionsAt } from "./remasking.ts";

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
  /** Fraction of an instance's tokens to predict. */
  readonly maskedLmProbability: number;
  readonly wholeWordMasking?: boolean;
  /** Decides pairs and masks: the same seed always masks the same tokens. */
  readonly seed: number;
}

/** Evaluates masked LM and, if the model has the head, next-sentence prediction on documents of token ids, in one pass. */
export async function evaluateDocuments(
  parts: PretrainedParts,
  documents: readonly TokenDocument[],
  options: EvaluateDocumentsOptions,
): Promise<DocumentsEvaluation> {
  return evaluateInstances(parts, evaluationInstances(documents, parts.tokenizer, options));
}

/** The instances that held-out documents are evaluated with: masked at the final rate of a run. */
export function heldOutInstances(
  documents: readonly TokenDocument[],
  tokenizer: Tokenizer,
  { sequenceLength, finalMaskedLmProbability, wholeWordMasking, seed }: PretrainSettings,
): PretrainingInstance[] {
  if (documents.length === 0) return [];
  const options = { sequenceLength, maskedLmProbability: finalMaskedLmProbability, wholeWordMasking, seed };
  return evaluationInstances(documents, tokenizer, options);
}

function evaluationInstances(
  documents: readonly TokenDocument[],
  tokenizer: Tokenizer,
  { sequenceLength, maskedLmProbability, wholeWordMasking = false, seed }: EvaluateDocumentsOptions,
): PretrainingInstance[] {
  return createInstances(
    documents,
    {
      vocabulary: pretrainingVocabulary(tokenizer),
      maxSequenceLength: sequenceLength,
      maxPredictionsPerSequence: predictionsAt(maskedLmProbability, sequenceLength),
      maskedLmProbability,
      wholeWordMasking,
      dupeFactor: 1,
    },
    new Rng(seed),
  );
}

/** The same on instances. */
export async function evaluateInstances(
  { encoder, tokenizer, maskedLm, nextSentence }: PretrainedParts,
  instances: readonly PretrainingInstance[],
): Promise<DocumentsEvaluation> {
  if (maskedLm === undefined)
    throw new Error("evaluateInstances: the model has no masked-LM head. Pretrain it, or load one that has.");
  const paddingId = tokenizer.special.padding.id;
  const batches = pretrainingBatches(instances, {
    batchSize,
    length: most(instances.map(({ inputIds }) => inputIds.length)),
    maxPredictions: most(instances.map(({ maskedPositions }) => maskedPositions.length)),
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

function most(counts: readonly number[]): number {
  return counts.reduce((most, count) => Math.max(most, count), 1);
}
