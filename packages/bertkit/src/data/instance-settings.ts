import { checkOptions, number, oneOf, required, text, trueOrFalse, wholeNumber, type Rules } from "@bertkit/checks";
import type { MaskingKind, Pairs } from "@bertkit/pretraining";
import type { CorpusSettings } from "./corpus-settings.ts";

/** All settings that determine the instances of a corpus, as plain JSON for worker threads and config files. */
export interface InstanceSettings extends CorpusSettings {
  /** A vocab.txt, a tokenizer.json, or a folder with either. */
  readonly tokenizer: string;
  /** Whether to lowercase text. Default: as the tokenizer's files say; for a vocab.txt, true if it has no capitals. */
  readonly lowercase?: boolean;
  /** Default 128. */
  readonly maxSequenceLength?: number;
  /** Default: slightly more than `maskedLmProbability` of `maxSequenceLength`: 20 of 128 and 77 of 512, as Google's. */
  readonly maxPredictionsPerSequence?: number;
  /** Default 0.15. */
  readonly maskedLmProbability?: number;
  /** Default 0.1. */
  readonly shortSequenceProbability?: number;
  /** Default "token". */
  readonly masking?: MaskingKind;
  /** Maximum words of an n-gram (default 3) or a span (default 10). */
  readonly longestGram?: number;
  /** The unit that is masked, kept or replaced together. Default "gram" for "ngram" and "span", else "piece". */
  readonly replace?: "piece" | "gram";
  /** Default "next-sentence". */
  readonly pairs?: Pairs;
  /** Number of times that each document is divided into instances and masked. Default 1. */
  readonly dupeFactor?: number;
  /** Default 12345, as in Google's script. */
  readonly seed?: number;
  /** Approximate bytes of text that are held in memory and shuffled together. Default 1 MiB. */
  readonly groupBytes?: number;
  /** Approximate bytes of a part: consecutive text that is read at once. Default 128 KiB. */
  readonly partBytes?: number;
}

const fraction = number({ from: 0, to: 1 });

export const instanceSettingsRules: Rules<InstanceSettings> = {
  tokenizer: required(text),
  lowercase: trueOrFalse,
  layout: oneOf(["sentences", "lines", "prose"]),
  field: text,
  language: text,
  format: oneOf(["text", "jsonl", "parquet", "tfrecord"]),
  split: text,
  encoding: text,
  maxSequenceLength: wholeNumber(5),
  maxPredictionsPerSequence: wholeNumber(1),
  maskedLmProbability: fraction,
  shortSequenceProbability: fraction,
  masking: oneOf(["token", "whole-word", "ngram", "span"]),
  longestGram: wholeNumber(1),
  replace: oneOf(["piece", "gram"]),
  pairs: oneOf(["next-sentence", "sentence-order", "none", "document"]),
  dupeFactor: wholeNumber(1),
  seed: wholeNumber(),
  groupBytes: wholeNumber(1),
  partBytes: wholeNumber(1),
};

/** @throws TypeError or RangeError if the settings are invalid */
export function checkInstanceSettings(where: string, settings: InstanceSettings): void {
  checkOptions(where, settings, instanceSettingsRules);
}

/** Maximum tokens and predictions of an instance. */
export function instanceShape({
  maxSequenceLength = 128,
  maskedLmProbability = 0.15,
  maxPredictionsPerSequence,
}: Omit<InstanceSettings, "tokenizer">): { length: number; maxPredictions: number } {
  const maxPredictions = maxPredictionsPerSequence ?? Math.ceil(maxSequenceLength * maskedLmProbability);
  return { length: maxSequenceLength, maxPredictions: Math.max(1, maxPredictions) };
}
