import { join } from "node:path";
import { readConll, readGlue, readSquad, readSwag, type TaggedSentence } from "@bertkit/datasets";
import { accuracy, entityF1, precisionRecallF1, spearman, squadScores } from "@bertkit/metrics";

/** An example as both libraries read it from a line of JSON. */
export type Row = Readonly<Record<string, unknown>>;

/** A task: its head, its rows and its score. */
export interface ScoreTask {
  readonly kind: "classification" | "regression" | "tokens" | "questions" | "choices";
  readonly labels?: readonly string[];
  /** Number of the checkpoint's first layers to use. */
  readonly layers: number;
  readonly epochs: number;
  /** Examples of a batch. */
  readonly batchSize: number;
  readonly maxLength: number;
  readonly learningRate: number;
  readonly score: string;
  readonly read: (data: string) => Promise<{ train: Row[]; evaluation: Row[] }>;
  /** The score of predictions for the evaluation rows. */
  readonly scoreOf: (predictions: readonly unknown[], rows: readonly Row[]) => number;
}

const defaults = { layers: 2, epochs: 1, batchSize: 16, maxLength: 128, learningRate: 1e-4 } as const;
const labelsOf = (rows: readonly Row[]): never[] => rows.map(({ label }) => label) as never[];

const classes = (task: "SST-2" | "MRPC", limit: number): Pick<ScoreTask, "read"> => ({
  read: async (data) => {
    const rows = async (file: string): Promise<Row[]> =>
      (await readGlue(task, join(data, "glue", task, file)).toArray()).map(({ text, pair, label }) => ({
        text,
        ...(pair !== undefined && { pair }),
        label: String(label),
      }));
    return { train: (await rows("train.tsv")).slice(0, limit), evaluation: await rows("dev.tsv") };
  },
});

/** The tasks, by name. */
export const scoreTasks: Readonly<Record<string, ScoreTask>> = {
  "SST-2": {
    ...defaults,
    kind: "classification",
    labels: ["0", "1"],
    maxLength: 64,
    score: "accuracy, 4,000 rows",
    ...classes("SST-2", 4000),
    scoreOf: (found, rows) => accuracy(found as string[], labelsOf(rows)),
  },
  SWAG: {
    ...defaults,
    kind: "choices",
    epochs: 5,
    batchSize: 4,
    score: "accuracy, 11 rows, 10 scored",
    read: async (data) => {
      const rows = async (file: string): Promise<Row[]> =>
        (await readSwag(join(data, "multiple-choice", file)).toArray()).map((example) => ({ ...example }));
      return { train: await rows("swag-sample.csv"), evaluation: await rows("swag-sample.jsonl") };
    },
    scoreOf: (found, rows) => accuracy(found as number[], labelsOf(rows)),
  },
  "STS-B": {
    ...defaults,
    kind: "regression",
    layers: 6,
    learningRate: 2e-4,
    labels: ["score"],
    score: "Spearman, 2,000 rows",
    read: async (data) => {
      const rows = async (file: string): Promise<Row[]> =>
        (await readGlue("STS-B", join(data, "glue", "STS-B", file)).toArray()).map(({ text, pair, label }) => ({
          text,
          pair,
          label,
        }));
      return { train: (await rows("train.tsv")).slice(0, 2000), evaluation: await rows("dev.tsv") };
    },
    scoreOf: (found, rows) => spearman(found as number[], labelsOf(rows)),
  },
  WNUT17: {
    ...defaults,
    kind: "tokens",
    labels: [
      "O",
      ...["corporation", "creative-work", "group", "location", "person", "product"].flatMap((type) => [
        `B-${type}`,
        `I-${type}`,
      ]),
    ],
    learningRate: 3e-4,
    score: "entity F1 on test",
    read: async (data) => {
      const rows = async (file: string): Promise<Row[]> =>
        (await readConll(join(data, "ner", "wnut17", file)).toArray()).map(({ words, tags }: TaggedSentence) => ({
          words,
          labels: tags,
        }));
      return { train: await rows("wnut17train.conll"), evaluation: await rows("emerging.test.annotated") };
    },
    scoreOf: (found, rows) => entityF1(found as string[][], rows.map(({ labels }) => labels) as string[][]).f1,
  },
  MRPC: {
    ...defaults,
    kind: "classification",
    labels: ["0", "1"],
    score: "F1, 1,000 rows",
    ...classes("MRPC", 1000),
    scoreOf: (found, rows) =>
      precisionRecallF1((found as string[]).map(Number), labelsOf(rows).map(Number), { average: "binary", positive: 1 })
        .f1,
  },
  XQuAD: {
    ...defaults,
    kind: "questions",
    batchSize: 8,
    maxLength: 256,
    learningRate: 3e-4,
    score: "F1, 300 questions, 290 scored",
    read: async (data) => {
      const rows = (await readSquad(join(data, "qa", "xquad.en.json")).toArray()).map(
        ({ question, context, answers }): Row => ({ question, context, answers }),
      );
      return { train: rows.slice(0, 300), evaluation: rows.slice(900) };
    },
    scoreOf: (found, rows) =>
      squadScores(
        found as string[],
        rows.map(({ answers }) => (answers as { text: string }[]).map(({ text }) => text)),
      ).f1,
  },
};
