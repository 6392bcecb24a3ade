import { checkOptions, checkValue, wholeNumber, checkObject } from "@bertkit/checks";
import type { RandomSource } from "@bertkit/nn";
import { checkMasking, type MaskingKind, type MaskingOptions } from "./masking.ts";
import { instanceRules } from "./option-rules.ts";
import type { PretrainingVocabulary } from "./pretraining-vocabulary.ts";

/** How documents become instances; the defaults are those of google-research/bert's create_pretraining_data.py. */
export interface InstanceOptions {
  readonly vocabulary: PretrainingVocabulary;
  /** Maximum tokens per instance, including three special tokens. Default 128. */
  readonly maxSequenceLength?: number;
  /** Maximum predictions per instance. Default 20. */
  readonly maxPredictionsPerSequence?: number;
  /** Fraction of an instance's tokens to predict. Default 0.15. */
  readonly maskedLmProbability?: number;
  /** Fraction of document passes that use a random shorter length. Default 0.1. */
  readonly shortSequenceProbability?: number;
  /**
   * Mask all pieces of a word or none; the same as masking "whole-word". Needs `vocabulary.isContinuation`. Default false.
   */
  readonly wholeWordMasking?: boolean;
  /** The unit of masking. All except "token" need `vocabulary.isContinuation`. Default "token". */
  readonly masking?: MaskingKind | MaskingOptions;
  /** Draws the document of a random next segment. Default `anyDocument`, as Google does. */
  readonly randomDocument?: RandomDocument;
}

/**
 * Draws the index of a document out of `count` for the random segment that follows a segment of document `current`.
 * Called again, up to ten times, while it returns `current`.
 */
export type RandomDocument = (current: number, count: number, random: RandomSource) => number;

/** All documents are equally likely. */
export const anyDocument: RandomDocument = (_, count, random) => {
  checkValue("anyDocument", "count", count, wholeNumber(1), "Pass the number of documents.");
  checkObject("anyDocument", "random", random, "an Rng", "integer");
  return random.integer(0, count - 1);
};

/**
 * Documents at most `distance` positions away are equally likely. If documents are ordered by time or topic, a random
 * segment then cannot be recognized by its age or topic.
 */
export function nearbyDocument(distance: number): RandomDocument {
  checkValue(
    "nearbyDocument",
    "distance",
    distance,
    wholeNumber(1),
    "Pass the maximum distance between two documents in the list.",
  );
  return (current, count, random) =>
    random.integer(Math.max(0, current - distance), Math.min(count - 1, current + distance));
}

/** Options with defaults; `joinsWord` selects pieces of the same word as the previous piece. */
export interface CheckedInstanceOptions extends Required<Omit<InstanceOptions, "wholeWordMasking" | "masking">> {
  readonly masking: Required<MaskingOptions>;
  readonly joinsWord: (id: number) => boolean;
  /** Whether all candidates for masking are shuffled, as in Google's script, or only as many drawn as are needed. */
  readonly drawsLikeGoogle: boolean;
}

/** Adds defaults. @throws RangeError for values that allow no instance */
export function checkInstanceOptions(options: InstanceOptions, where = "createInstances"): CheckedInstanceOptions {
  checkOptions(where, options, instanceRules);
  const { wholeWordMasking = false } = options;
  const masking = checkMasking(`${where}: masking`, options.masking ?? (wholeWordMasking ? "whole-word" : "token"));
  if (wholeWordMasking && masking.kind !== "whole-word")
    throw new RangeError(`${where}: wholeWordMasking contradicts masking ${masking.kind}. Omit wholeWordMasking.`);
  const checked: CheckedInstanceOptions = {
    vocabulary: options.vocabulary,
    maxSequenceLength: options.maxSequenceLength ?? 128,
    maxPredictionsPerSequence: options.maxPredictionsPerSequence ?? 20,
    maskedLmProbability: options.maskedLmProbability ?? 0.15,
    shortSequenceProbability: options.shortSequenceProbability ?? 0.1,
    randomDocument: options.randomDocument ?? anyDocument,
    masking,
    drawsLikeGoogle: true,
    joinsWord: masking.kind === "token" ? () => false : continuations(options.vocabulary, where),
  };
  const { size } = checked.vocabulary;
  checkValue(where, "vocabulary.size", size, wholeNumber(1), vocabularyCure);
  for (const name of ["classificationId", "separatorId", "maskId"] as const)
    checkValue(where, `vocabulary.${name}`, checked.vocabulary[name], wholeNumber(0, size - 1), vocabularyCure);
  return checked;
}

const vocabularyCure = "Use pretrainingVocabulary(tokenizer).";

function continuations({ isContinuation }: PretrainingVocabulary, where: string): (id: number) => boolean {
  if (isContinuation !== undefined) return isContinuation;
  throw new RangeError(
    `${where}: wholeWordMasking needs vocabulary.isContinuation, as ngram and span do, got none. Use pretrainingVocabulary(tokenizer).`,
  );
}
