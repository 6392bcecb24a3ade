/** The file format of a GLUE task (Wang et al. 2019): columns by the names in their headers. */
export interface GlueTask {
  /** File names in the task's folder. */
  readonly files: { train: string; dev: readonly string[]; test: readonly string[] };
  readonly text: string;
  readonly pair: string | undefined;
  readonly label: string;
  /** The column with the example's name in a submission. */
  readonly id: string;
  /** The labels as written in the files, in the order of class indices; undefined for a score (STS-B, 0 to 5). */
  readonly labels: readonly string[] | undefined;
  /** The metrics that the benchmark reports. */
  readonly metrics: readonly ("accuracy" | "f1" | "matthewsCorrelation" | "pearson" | "spearman")[];
}

export type GlueTaskName = "CoLA" | "SST-2" | "MRPC" | "STS-B" | "QQP" | "MNLI" | "QNLI" | "RTE" | "WNLI";

const files: GlueTask["files"] = { train: "train.tsv", dev: ["dev.tsv"], test: ["test.tsv"] };
const sentencePair = { files, text: "sentence1", pair: "sentence2", label: "label", id: "index" } as const;
const oneSentence = {
  files,
  text: "sentence",
  pair: undefined,
  label: "label",
  id: "index",
  labels: ["0", "1"],
} as const;
const entailment = ["entailment", "not_entailment"] as const;

/**
 * The nine tasks. Label orders are those of google-research/bert if it has the task (MNLI, MRPC, CoLA), else the
 * benchmark's. Another project's checkpoint may order MNLI's labels differently: check its config.
 */
export const glueTasks: { readonly [Name in GlueTaskName]: GlueTask } = {
  CoLA: { ...oneSentence, metrics: ["matthewsCorrelation"] },
  "SST-2": { ...oneSentence, metrics: ["accuracy"] },
  MRPC: {
    files,
    text: "#1 String",
    pair: "#2 String",
    label: "Quality",
    id: "index",
    labels: ["0", "1"],
    metrics: ["accuracy", "f1"],
  },
  "STS-B": { ...sentencePair, label: "score", labels: undefined, metrics: ["pearson", "spearman"] },
  QQP: {
    files,
    text: "question1",
    pair: "question2",
    label: "is_duplicate",
    id: "id",
    labels: ["0", "1"],
    metrics: ["accuracy", "f1"],
  },
  MNLI: {
    ...sentencePair,
    files: {
      train: "train.tsv",
      dev: ["dev_matched.tsv", "dev_mismatched.tsv"],
      test: ["test_matched.tsv", "test_mismatched.tsv"],
    },
    label: "gold_label",
    labels: ["contradiction", "entailment", "neutral"],
    metrics: ["accuracy"],
  },
  QNLI: { ...sentencePair, text: "question", pair: "sentence", labels: entailment, metrics: ["accuracy"] },
  RTE: { ...sentencePair, labels: entailment, metrics: ["accuracy"] },
  WNLI: { ...sentencePair, labels: ["0", "1"], metrics: ["accuracy"] },
};
