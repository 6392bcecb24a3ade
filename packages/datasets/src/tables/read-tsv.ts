import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { tableRules } from "../option-rules.ts";
import { linesOf } from "../text/lines.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import { type TableRecord, type TableOptions, toRows } from "./table-options.ts";
import type { TableRow } from "./table-row.ts";

/**
 * The rows of a tab-separated file as GLUE and GoEmotions write it: a quote is a character like any other (Python's
 * csv.QUOTE_NONE), so a row is a line. For quoted fields use `readCsv(source, { separator: "\t" })`. Empty lines are
 * skipped.
 */
export function readTsv(source: Source, options: TableOptions = {}): Dataset<TableRow> {
  return readerDataset("readTsv", source, options, tableRules, (options) =>
    toRows("readTsv", tsvRecords(source, options), options),
  );
}

async function* tsvRecords(source: Source, options: SourceOptions): AsyncGenerator<TableRecord, void, undefined> {
  let line = 0;
  for await (const text of linesOf(source, options)) {
    line++;
    if (text !== "") yield { fields: text.split("\t"), line };
  }
}
