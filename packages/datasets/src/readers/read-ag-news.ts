import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { badRowRules } from "../option-rules.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import { readCsv } from "../tables/read-csv.ts";
import { type BadRowOptions, goodRows } from "../tables/table-options.ts";
import type { TextExample } from "./text-example.ts";

/** The labels of AG News, in the order of their numbers, which the file counts from 1. */
export const agNewsLabels: readonly ["World", "Sports", "Business", "Sci/Tech"] = [
  "World",
  "Sports",
  "Business",
  "Sci/Tech",
];

/** AG News (Zhang et al. 2015), train.csv or test.csv, with a header or without: `text` is the title, `pair` the description. */
export function readAgNews(
  source: Source,
  options: SourceOptions & BadRowOptions = {},
): Dataset<TextExample & { pair: string }> {
  return readerDataset("readAgNews", source, options, badRowRules, async function* (options) {
    const columns = ["class", "title", "description"];
    const isHeader = (fields: readonly string[]): boolean => /^class/i.test(fields[0] ?? "");
    const rows = readCsv(source, { ...options, header: columns }).filter(
      (row) => !(row.line === 1 && isHeader(row.fields)),
    );
    yield* goodRows(
      rows,
      (row) => ({
        text: row.get("title"),
        pair: row.get("description"),
        label: Number(row.oneOf("class", ["1", "2", "3", "4"])) - 1,
      }),
      options,
    );
  });
}
