import { glueTasks, type GlueTaskName, type TagScheme } from "@bertkit/datasets";
import type { Problem } from "@bertkit/heads";
import { choiceOption, listOption, type OptionsOf, textOption } from "../options/option.ts";

export type FileFormat = "csv" | "tsv" | "jsonl" | "json" | "parquet" | "conll" | "squad";

/** How examples are read from files. */
export interface DataOptions {
  /** Default: by the file's name. */
  readonly format?: FileFormat;
  readonly glue?: GlueTaskName;
  readonly text?: string;
  readonly pair?: string;
  /** Several: one column of 0 and 1 for each label. */
  readonly label?: readonly string[];
  readonly labels?: readonly string[];
  readonly problem?: Problem;
  readonly scheme?: TagScheme;
}

export const dataOptions: OptionsOf<DataOptions> = {
  text: textOption("COLUMN", "the text (default: text, sentence, sentence1, …)"),
  pair: textOption("COLUMN", "a second text (default: sentence2, text2, hypothesis, …, if there is one)"),
  label: listOption(
    "COLUMN",
    "the label; for ner the tags. Several names, separated by commas: one column of 0 and 1 for each label",
  ),
  labels: listOption("A,B,…", "the labels, in this order (default: those of the training file, sorted)"),
  problem: choiceOption(
    ["single-label", "multi-label", "regression"],
    "single-label, multi-label (labels as a list, or separated by commas) or regression",
  ),
  scheme: choiceOption(
    ["bio", "iob1", "bioes", "bilou", "bare"],
    "tagging scheme: bio (default), iob1, bioes, bilou or bare",
  ),
  glue: choiceOption(
    Object.keys(glueTasks) as GlueTaskName[],
    "the file is one of GLUE's: CoLA, SST-2, MRPC, STS-B, QQP, MNLI, QNLI, RTE or WNLI",
  ),
  format: choiceOption(
    ["csv", "tsv", "jsonl", "json", "parquet", "conll", "squad"],
    "csv, tsv, jsonl, json, parquet, conll or squad (default: by the file's name)",
  ),
};

/** Only the data options of a command's values. */
export function dataOptionsOf(values: DataOptions): DataOptions {
  return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(dataOptions, name)));
}

/** Help text about files of examples. */
export const dataFiles = `Files: .csv, .tsv, .jsonl, .json, .parquet; words with tags in CoNLL's format; questions in SQuAD's JSON; all
also with .gz. Columns with common names are found automatically; their names are printed.`;
