import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { csvRules } from "../option-rules.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import { textOf } from "../text/read-text.ts";
import { CsvScanner } from "./csv-scanner.ts";
import { type TableOptions, type TableRecord, toRows } from "./table-options.ts";
import type { TableRow } from "./table-row.ts";

export interface CsvOptions extends TableOptions {
  /** The character between fields. */
  readonly separator?: string;
  /** The character around a field that has separators, line ends or quotes; doubled inside. */
  readonly quote?: string;
}

/**
 * The rows of a comma-separated file (RFC 4180): fields may be quoted, and then may have separators, doubled quotes and
 * line ends. Streamed: only one chunk of the file is in memory at a time. Empty lines are skipped.
 */
export function readCsv(source: Source, options: CsvOptions = {}): Dataset<TableRow> {
  return readerDataset("readCsv", source, options, csvRules, (given) => {
    const { separator = ",", quote = '"', ...options } = given;
    return toRows("readCsv", csvRecords(source, separator, quote, options), options);
  });
}

async function* csvRecords(
  source: Source,
  separator: string,
  quote: string,
  options: SourceOptions,
): AsyncGenerator<TableRecord, void, undefined> {
  const scanner = new CsvScanner(separator, quote);
  for await (const text of textOf(source, options)) yield* scanner.push(text);
  yield* scanner.end();
}
