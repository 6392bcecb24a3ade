import { checkOptions, checkValue, wholeNumber } from "@bertkit/checks";
import type { RandomSource } from "@bertkit/nn";
import { instanceRules } from "./option-rules.ts";
import type { PretrainingVocabulary } from "./pretraining-vocabulary.ts";

/** How documents become instances; the defaults are those of google-research/bert's create_pretraining_data.py. */
export interface InstanceOptions {
  readonly vocabulary: PretrainingVocabulary;
  /** Longest instance in tokens, the three special ones included. Default 128. */
  readonly maxSequenceLength?: number;
  /** Most positions to predict in an instance. Default 20. */
  readonly maxPredictionsPerSequence?: number;
  /** Share of an instance's tokens to predict. Default 0.15. */
  readonly maskedLmProbability?: number;
  /** Share of document passes cut to a random shorter length. Default 0.1. */
  readonly shortSequenceProbability?: number;
  /** Mask all pieces of a word or none. Needs `vocabulary.isContinuation`. Default false. */
  readonly wholeWordMasking?: boolean;
  /** Draws the document of a random next segment. Default `anyDocument`, as Google does. */
  readonly randomDocument?: RandomDocument;
}

/**
 * Draws a document's place among `count`, for a random segment after one from place `current`. It is asked again, up to
 * ten times, while it gives `current`.
 */
export type RandomDocument = (current: number, count: number, random: RandomSource) => number;

/** Every document is as likely. */
export const anyDocument: RandomDocument = (_, count, random) => random.integer(0, count - 1);

/**
 * The documents at most `distance` places away are as likely. Where documents are in order of time, or of topic, this
 * keeps their age, or their topic, from giving a random segment away.
 */
export function nearbyDocument(distance: number): RandomDocument {
  checkValue("nearbyDocument", "distance", distance, wholeNumber(1), "Pass how many places away a document may be.");
  return (current, count, random) =>
    random.integer(Math.max(0, current - distance), Math.min(count - 1, current + distance));
}

/** The same, complete; `joinsWord` says which pieces are masked with the piece before them. */
export interface CheckedInstanceOptions extends Required<Omit<InstanceOptions, "wholeWordMasking">> {
  readonly joinsWord: (id: number) => boolean;
}

/** Fills in defaults and throws RangeError on values that cannot give an instance. */
export function checkInstanceOptions(options: InstanceOptions, where = "createInstances"): CheckedInstanceOptions {
  checkOptions(where, options, instanceRules);
  const checked: CheckedInstanceOptions = {
    vocabulary: options.vocabulary,
    maxSequenceLength: options.maxSequenceLength ?? 128,
    maxPredictionsPerSequence: options.maxPredictionsPerSequence ?? 20,
    maskedLmProbability: options.maskedLmProbability ?? 0.15,
    shortSequenceProbability: options.shortSequenceProbability ?? 0.1,
    randomDocument: options.randomDocument ?? anyDocument,
    joinsWord: options.wholeWordMasking === true ? continuations(options.vocabulary) : () => false,
  };
  checkValue(
    where,
    "vocabulary.size",
    checked.vocabulary.size,
    wholeNumber(1),
    "Use pretrainingVocabulary(tokenizer).",
  );
  return checked;
}

function continuations({ isContinuation }: PretrainingVocabulary): (id: number) => boolean {
  if (isContinuation !== undefined) return isContinuation;
  throw new RangeError(
    "createInstances: wholeWordMasking needs vocabulary.isContinuation, got none. Use pretrainingVocabulary(tokenizer).",
  );
}
