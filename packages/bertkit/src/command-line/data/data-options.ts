import { glueTasks, type GlueTaskName, type TagScheme } from "@bertkit/datasets";
import type { Problem } from "@bertkit/heads";
import { choiceOption, listOption, type Option, type OptionsOf, textOption } from "../options/option.ts";
import { encodingOption } from "../options/shared-options.ts";

export type FileFormat = "csv" | "tsv" | "jsonl" | "json" | "parquet" | "conll" | "squad";

/** How examples are read from files. */
export interface DataOptions {
  /** Default: by the file's name. */
  readonly format?: FileFormat;
  /** Of the text of a file that is not UTF-8. */
  readonly encoding?: string;
  /** The character between columns, of a .csv file or of a .tsv file with quoted fields. */
  readonly separator?: string;
  readonly glue?: GlueTaskName;
  readonly text?: string;
  readonly pair?: string;
  /** Several: one column of 0 and 1 for each label. */
  readonly label?: readonly string[];
  readonly labels?: readonly string[];
  readonly problem?: Problem;
  readonly scheme?: TagScheme;
}

const separatorOption: Option<string> = {
  ...textOption("X", 'the character between the columns of a .csv file, such as ";" (default ","); tab: a tab'),
  rule: {
    is: "one character, or tab",
    holds: (value) => typeof value === "string" && separatorOf(value).length === 1,
    error: RangeError,
  },
};

/** The character that --separator names: "tab" and "\\t" mean a tab. */
export function separatorOf(written: string): string {
  return written === "tab" || written === "\\t" ? "\t" : written;
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
    "single-label, multi-label (labels as a list, or separated by commas) or regression (default: regression if all labels are numbers and some is not written as a whole one, such as 3.5 or 5.0; multi-label if they are lists; else single-label)",
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
  separator: separatorOption,
  encoding: encodingOption,
};

/** Only the data options of a command's values. */
export function dataOptionsOf(values: DataOptions): DataOptions {
  return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(dataOptions, name)));
}

/** Help text about files of examples. */
export const dataFiles = `Files: .csv, .tsv, .jsonl, .json, .parquet; words with tags in CoNLL's format; questions in SQuAD's JSON; all
also with .gz. Columns with common names are found automatically; their names are printed. White space around
a label is removed.`;
