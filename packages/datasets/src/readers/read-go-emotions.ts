import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { badRowRules } from "../option-rules.ts";
import { readTsv } from "../tables/read-tsv.ts";
import { type BadRowOptions, goodRows } from "../tables/table-options.ts";
import { quoted } from "../tables/table-row.ts";
import type { Source, SourceOptions } from "../sources/source.ts";

/** The 27 emotions of GoEmotions and neutral, in the order of their indices (Demszky et al. 2020). */
export const goEmotionsLabels: readonly string[] = [
  "admiration",
  "amusement",
  "anger",
  "annoyance",
  "approval",
  "caring",
  "confusion",
  "curiosity",
  "desire",
  "disappointment",
  "disapproval",
  "disgust",
  "embarrassment",
  "excitement",
  "fear",
  "gratitude",
  "grief",
  "joy",
  "love",
  "nervousness",
  "optimism",
  "pride",
  "realization",
  "relief",
  "remorse",
  "sadness",
  "surprise",
  "neutral",
];

export interface GoEmotionsExample {
  readonly id: string;
  readonly text: string;
  /** 0 or 1 for each label, in the order of goEmotionsLabels. */
  readonly labels: number[];
}

/** Comments of GoEmotions' train.tsv, dev.tsv and test.tsv: text, label indices separated by commas, id; no header. */
export function readGoEmotions(
  source: Source,
  options: SourceOptions & BadRowOptions = {},
): Dataset<GoEmotionsExample> {
  return readerDataset("readGoEmotions", source, options, badRowRules, (options) =>
    goodRows(
      readTsv(source, { ...options, header: ["text", "labels", "id"] }),
      (row) => {
        const labels = new Array<number>(goEmotionsLabels.length).fill(0);
        for (const part of row.get("labels").split(",")) {
          const label = /^\d+$/.test(part) ? Number(part) : -1;
          if (!(label in labels)) {
            throw row.error(
              "readGoEmotions",
              "labels",
              `expected label indices from 0 to ${labels.length - 1} separated by commas, got ${quoted(row.get("labels"))}. Correct the field, or skip such rows with onBadRow.`,
            );
          }
          labels[label] = 1;
        }
        return { id: row.get("id"), text: row.get("text"), labels };
      },
      options,
    ),
  );
}
