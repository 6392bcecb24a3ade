import {
  arrayOf,
  callable,
  either,
  encodingLabel,
  number,
  oneOf,
  required,
  tagSchemes,
  text,
  trueOrFalse,
  wholeNumber,
  type Rule,
  type RuleTable,
} from "@bertkit/checks";
import { corpusLayouts } from "./corpus/corpus-layout.ts";

export const sourceRules: RuleTable<"file" | "encoding" | "entry"> = {
  file: text,
  encoding: encodingLabel,
  entry: text,
};

export const badRowRules: RuleTable<keyof typeof sourceRules | "onBadRow"> = { ...sourceRules, onBadRow: callable };

export const tableRules: RuleTable<keyof typeof badRowRules | "header"> = {
  ...badRowRules,
  header: either(trueOrFalse, arrayOf("names", text)),
};

const character: Rule = {
  is: "one character",
  holds: (value) => typeof value === "string" && value.length === 1,
  error: RangeError,
};

export const csvRules: RuleTable<keyof typeof tableRules | "separator" | "quote"> = {
  ...tableRules,
  separator: character,
  quote: character,
};

export const jsonRules: RuleTable<keyof typeof badRowRules | "field"> = { ...badRowRules, field: text };

export const parquetRules: RuleTable<keyof typeof sourceRules | "columns"> = {
  ...sourceRules,
  columns: arrayOf("names", text),
};

export const stsRules: RuleTable<keyof typeof badRowRules | "split" | "scale"> = {
  ...badRowRules,
  split: oneOf(["train", "dev", "test"]),
  scale: oneOf([5, 1]),
};

export const xnliRules: RuleTable<keyof typeof badRowRules | "language"> = { ...badRowRules, language: text };

export const conllRules: RuleTable<keyof typeof sourceRules | "wordColumn" | "tagColumn" | "scheme"> = {
  ...sourceRules,
  wordColumn: wholeNumber(),
  tagColumn: wholeNumber(),
  scheme: oneOf(tagSchemes),
};

export const folderRules: RuleTable<"encoding" | "labels" | "extension"> = {
  encoding: encodingLabel,
  labels: arrayOf("names", text),
  extension: text,
};

export const hubDatasetRules: RuleTable<"config" | "split" | "columns" | "endpoint" | "token"> = {
  config: text,
  split: text,
  columns: arrayOf("names", text),
  endpoint: text,
  token: text,
};

const seed = required(wholeNumber());
const until = oneOf(["first", "all"]);
const boundary = number();

export const datasetRules: RuleTable<"name" | "size"> = {
  name: text,
  size: either(wholeNumber(), number({ from: Infinity, to: Infinity })),
};

export const interleaveRules: RuleTable<"until"> = { until };
export const mixRules: RuleTable<"seed" | "until"> = { seed, until };
export const seededShuffleRules: RuleTable<"seed" | "bufferSize"> = { seed, bufferSize: wholeNumber(1) };
export const splitRules: RuleTable<"seed" | "by"> = { seed, by: callable };
export const cacheRules: RuleTable<"file"> = { file: text };

export const datasetBatchRules: RuleTable<"size" | "maxTokens" | "length" | "boundaries" | "dropRemainder"> = {
  size: wholeNumber(1),
  maxTokens: wholeNumber(1),
  length: callable,
  boundaries: arrayOf("numbers", boundary),
  dropRemainder: trueOrFalse,
};

export const batchRules: RuleTable<"dropRemainder"> = { dropRemainder: trueOrFalse };

export const bucketRules: RuleTable<"length" | "boundaries" | "batchSize" | "dropRemainder"> = {
  length: required(callable),
  boundaries: required(arrayOf("numbers", boundary)),
  batchSize: required(either(wholeNumber(1), arrayOf("numbers", wholeNumber(1)))),
  dropRemainder: trueOrFalse,
};

export const shuffleRules: RuleTable<"bufferSize" | "random"> = {
  bufferSize: required(wholeNumber(1)),
  random: required(callable),
};

export const holdoutRules: RuleTable<"fraction" | "random" | "by"> = {
  fraction: required(number({ above: 0, below: 1 })),
  random: required(callable),
  by: callable,
};

export const corpusRules: RuleTable<"layout" | "field" | "sentences" | "format" | "split" | "encoding" | "partBytes"> =
  {
    layout: oneOf(corpusLayouts),
    field: text,
    sentences: either(text, callable),
    format: oneOf(["text", "jsonl", "parquet", "tfrecord"]),
    split: text,
    encoding: encodingLabel,
    partBytes: wholeNumber(1),
  };

export const corpusOrderRules: RuleTable<"seed" | "epoch" | "groupBytes"> = {
  seed: wholeNumber(),
  epoch: wholeNumber(),
  groupBytes: wholeNumber(1),
};

export const imdbRules: RuleTable<"unlabeled"> = { unlabeled: trueOrFalse };
