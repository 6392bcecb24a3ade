import { glueTasks, type GlueTaskName, type TagScheme } from "@bertkit/datasets";
import type { Problem } from "@bertkit/heads";
import { type Flags, type FlagTable, choice, names } from "../flags.ts";

export type FileFormat = "csv" | "tsv" | "jsonl" | "json" | "parquet" | "conll" | "squad";

/** How examples are read from files. */
export interface DataOptions {
  /** Undefined: by the file's name. */
  readonly format: FileFormat | undefined;
  readonly glue: GlueTaskName | undefined;
  readonly text: string | undefined;
  readonly pair: string | undefined;
  /** Several: one column of 0 and 1 for each label. */
  readonly label: readonly string[] | undefined;
  readonly labels: readonly string[] | undefined;
  readonly problem: Problem | undefined;
  readonly scheme: TagScheme | undefined;
}

export const dataFlags: FlagTable = {
  format: "text",
  glue: "text",
  text: "text",
  pair: "text",
  label: "text",
  labels: "text",
  problem: "text",
  scheme: "text",
};

export function dataOptions(flags: Flags): DataOptions {
  return {
    format: choice(flags, "format", ["csv", "tsv", "jsonl", "json", "parquet", "conll", "squad"]),
    glue: choice(flags, "glue", Object.keys(glueTasks) as GlueTaskName[]),
    text: flags.text("text"),
    pair: flags.text("pair"),
    label: names(flags, "label"),
    labels: names(flags, "labels"),
    problem: choice(flags, "problem", ["single-label", "multi-label", "regression"]),
    scheme: choice(flags, "scheme", ["bio", "iob1", "bioes", "bilou", "bare"]),
  };
}

export const dataUsage = `Files: .csv, .tsv, .jsonl, .json, .parquet; words with tags as CoNLL has them; questions as SQuAD's json; each may be
packed (.gz). What the columns are called is guessed where it is usual, and printed.

  --text COLUMN      the text (default: text, sentence, sentence1, …)
  --pair COLUMN      a second text (default: sentence2, text2, hypothesis, … where there is one)
  --label COLUMN     the label; for ner the tags. Several, with commas between: one column of 0 and 1 each
  --labels A,B,…     the labels, in this order (default: those of the training file, sorted)
  --problem NAME     single-label, multi-label (labels in a list, or with commas between) or regression
  --scheme NAME      how tags are written: bio (default), iob1, bioes, bilou or bare
  --glue TASK        the file is one of GLUE's: CoLA, SST-2, MRPC, STS-B, QQP, MNLI, QNLI, RTE or WNLI
  --format NAME      csv, tsv, jsonl, json, parquet, conll or squad (default: by the file's name)`;
