import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { badRowRules } from "../option-rules.ts";
import type { RecordRow } from "../formats/record-row.ts";
import { recordRows } from "../formats/record-rows.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import { type BadRowOptions, goodRows } from "../tables/table-options.ts";
import type { MultipleChoiceExample } from "./multiple-choice-example.ts";

/** SWAG (Zellers et al. 2018), from its csv or from JSON Lines: which of four endings continues a description. */
export function readSwag(source: Source, options: SourceOptions & BadRowOptions = {}): Dataset<MultipleChoiceExample> {
  return readerDataset("readSwag", source, options, badRowRules, (options) =>
    goodRows(
      recordRows("readSwag", source, options),
      (row: RecordRow) => ({
        id: row.id("video-id"),
        context: row.text("sent1"),
        question: row.text("sent2"),
        choices: [0, 1, 2, 3].map((i) => row.text(`ending${i}`)),
        label: row.label("label", ["0", "1", "2", "3"]),
      }),
      options,
    ),
  );
}
