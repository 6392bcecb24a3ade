import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { badRowRules } from "../option-rules.ts";
import { readCsv } from "../tables/read-csv.ts";
import { type BadRowOptions, goodRows } from "../tables/table-options.ts";
import type { Source, SourceOptions } from "../sources/source.ts";

/** The labels of the Toxic Comment Classification Challenge, in the order of its columns. */
export const jigsawLabels: readonly ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"] = [
  "toxic",
  "severe_toxic",
  "obscene",
  "threat",
  "insult",
  "identity_hate",
];

export interface JigsawExample {
  readonly id: string;
  readonly text: string;
  /** 0 or 1 for each label, in the order of jigsawLabels; undefined in test.csv, which has none. */
  readonly labels: number[] | undefined;
}

/**
 * Comments of the Jigsaw Toxic Comment Classification Challenge: train.csv with its six labels, and test.csv (id and
 * text, no label). test_labels.csv has no texts and cannot be read.
 */
export function readJigsaw(source: Source, options: SourceOptions & BadRowOptions = {}): Dataset<JigsawExample> {
  return readerDataset("readJigsaw", source, options, badRowRules, (options) =>
    goodRows(
      readCsv(source, options),
      (row) => ({
        id: row.get("id"),
        text: row.get("comment_text"),
        labels: jigsawLabels.some((label) => row.has(label))
          ? jigsawLabels.map((label) => Number(row.oneOf(label, ["0", "1"])))
          : undefined,
      }),
      options,
    ),
  );
}
