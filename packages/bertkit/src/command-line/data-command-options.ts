import { number, wholeNumber } from "@bertkit/checks";
import type { EncodingOptions, InstanceFormat } from "../data/encoded-block.ts";
import type { CorpusSettings } from "../data/corpus-settings.ts";
import { instanceShape, type InstanceSettings } from "../data/instance-settings.ts";
import { withoutUndefined } from "../inference/without-undefined.ts";
import { corpusOptions } from "./options/corpus-options.ts";
import {
  choiceOption,
  countOption,
  flag,
  fractionOption,
  numberOption,
  type OptionsOf,
  textOption,
} from "./options/option.ts";

/** The command line of `bertkit data`. */
export interface DataValues extends CorpusSettings {
  readonly tokenizer?: string;
  readonly out?: string;
  readonly to?: InstanceFormat;
  readonly gzip?: boolean;
  readonly names?: EncodingOptions["names"];
  readonly shardMegabytes?: number;
  readonly maxSeqLength?: number;
  readonly maxPredictions?: number;
  readonly maskedLmProb?: number;
  readonly shortSeqProb?: number;
  readonly masking?: InstanceSettings["masking"];
  readonly longestGram?: number;
  readonly replace?: InstanceSettings["replace"];
  readonly pairs?: InstanceSettings["pairs"];
  readonly dupeFactor?: number;
  readonly seed?: number;
  readonly cased?: boolean;
  readonly groupMegabytes?: number;
  readonly workers?: number;
  readonly shard?: string;
  readonly merge?: boolean;
  readonly json?: boolean;
}

export const dataCommandOptions: OptionsOf<DataValues> = {
  tokenizer: textOption("PATH", "vocab.txt, tokenizer.json, or a model folder; required"),
  out: textOption("FOLDER", "where to write shards and index.json (default: instances go to standard output)"),
  to: choiceOption(
    ["tfrecord", "parquet", "jsonl"],
    "format of the output (default: tfrecord in a folder, jsonl on standard output)",
  ),
  gzip: flag("compress TFRecord and JSON Lines shards"),
  names: choiceOption(["v1", "v2"], "feature names as in google-research/bert (v1, default) or tensorflow/models (v2)"),
  shardMegabytes: numberOption(number({ from: 0.001, to: 4096 }), "size of a shard, in MiB (default 64)"),
  maxSeqLength: numberOption(wholeNumber(5), "tokens of an instance (default 128)"),
  maxPredictions: countOption(
    "maximum predictions in an instance (default: --masked-lm-prob of its length, 20 of 128)",
  ),
  maskedLmProb: fractionOption("fraction of tokens to predict (default 0.15)"),
  shortSeqProb: fractionOption("fraction of documents split into shorter instances (default 0.1)"),
  masking: choiceOption(
    ["token", "whole-word", "ngram", "span"],
    "what is masked together: token (default), whole-word, ngram or span",
  ),
  longestGram: countOption("maximum words of an n-gram (default 3) or span (default 10)"),
  replace: choiceOption(
    ["piece", "gram"],
    "whether [MASK], the same or a random piece is chosen for each piece, or once per n-gram (default: gram for ngram and span)",
  ),
  pairs: choiceOption(
    ["next-sentence", "sentence-order", "none"],
    "the second segment. next-sentence: the next or a random one (BERT, default); sentence-order: the next, in order or swapped (ALBERT); none: whole sentences fill each instance (RoBERTa)",
  ),
  dupeFactor: countOption("how often each document is split and masked (default 10)"),
  seed: numberOption(wholeNumber(), "seed of all random choices (default 12345)"),
  cased: flag("with a vocab.txt: keep case and accents (default: if the vocabulary has capitals)"),
  ...corpusOptions,
  groupMegabytes: numberOption(
    number({ from: 0.001, to: 1024 }),
    "text held in memory and shuffled at a time, in MiB (default 1); the output depends on it",
  ),
  workers: numberOption(wholeNumber(), "worker threads beside the main thread (default 0); the output is the same"),
  shard: textOption(
    "I/N",
    "make only part I, from 0, of N, of TEXT, in OUT/I-of-N (default: of SLURM_ARRAY_TASK_ID, or JOB_COMPLETION_INDEX with JOB_COMPLETIONS)",
  ),
  merge: flag("write the index.json of the parts in the folder --out"),
  json: flag("print the result as one JSON object"),
};

/** The settings of instances that the options describe. */
export function instanceSettingsOf(tokenizer: string, values: DataValues): InstanceSettings {
  const { maxSeqLength, maxPredictions, maskedLmProb, shortSeqProb, cased, groupMegabytes, dupeFactor = 10 } = values;
  const { layout, field, language, format, split, encoding, masking, longestGram, replace, pairs, seed } = values;
  const groupBytes = groupMegabytes === undefined ? undefined : Math.round(groupMegabytes * 2 ** 20);
  return withoutUndefined({
    tokenizer,
    layout,
    field,
    language,
    format,
    split,
    encoding,
    masking,
    longestGram,
    replace,
    pairs,
    seed,
    maxSequenceLength: maxSeqLength,
    maxPredictionsPerSequence: maxPredictions,
    maskedLmProbability: maskedLmProb,
    shortSequenceProbability: shortSeqProb,
    dupeFactor,
    lowercase: cased === undefined ? undefined : !cased,
    groupBytes,
    partBytes: groupBytes && Math.max(1, Math.round(groupBytes / 8)),
  }) as InstanceSettings;
}

/** How the options say that instances are encoded. */
export function encodingOf(
  { names = "v1" }: DataValues,
  settings: InstanceSettings,
  format: InstanceFormat,
  paddingId: number,
): EncodingOptions {
  return { format, names, ...instanceShape(settings), paddingId };
}
