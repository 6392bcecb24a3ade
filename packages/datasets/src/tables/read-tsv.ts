import { fromGenerator } from "../iterables/any-iterable.ts";
import { readLines } from "../text/lines.ts";
import type { Source, SourceOptions } from "../text/source.ts";
import { type TableRecord, type TableOptions, toRows } from "./table-options.ts";
import type { TableRow } from "./table-row.ts";

/**
 * The rows of a tab-separated file as GLUE and GoEmotions write it: a quote is a character like any other
 * (Python's csv.QUOTE_NONE), so a row is a line. For quoted fields use `readCsv(source, { separator: "\t" })`.
 * Empty lines are passed over.
 */
export function readTsv(source: Source, options: TableOptions = {}): AsyncIterable<TableRow> {
  return fromGenerator(() => toRows("readTsv", tsvRecords(source, options), options));
}

async function* tsvRecords(source: Source, options: SourceOptions): AsyncGenerator<TableRecord, void, undefined> {
  let line = 0;
  for await (const text of readLines(source, options)) {
    line++;
    if (text !== "") yield { fields: text.split("\t"), line };
  }
}
