import { DatasetError } from "../dataset-error.ts";
import { fromGenerator } from "../iterables/any-iterable.ts";
import { readText, type Source } from "../text/source.ts";
import { type TableRecord, type TableOptions, toRows } from "./table-options.ts";
import type { TableRow } from "./table-row.ts";

export interface CsvOptions extends TableOptions {
  /** What stands between fields. */
  separator?: string;
  /** What a field that holds separators, line ends or quotes is put in; doubled inside. */
  quote?: string;
}

/**
 * The rows of a comma-separated file (RFC 4180): fields may be quoted, and then hold separators, doubled quotes
 * and line ends. Streams: memory holds a piece of the file at a time. Empty lines are passed over.
 */
export function readCsv(source: Source, options: CsvOptions = {}): AsyncIterable<TableRow> {
  return fromGenerator(() => toRows("readCsv", csvRecords(source, options), options));
}

/** csv-parse is loaded on first use, in the build that needs nothing of Node. */
async function* csvRecords(source: Source, { separator = ",", quote = '"', file, encoding }: CsvOptions): AsyncGenerator<TableRecord, void, undefined> {
  const { parse } = await import("csv-parse/browser/esm");
  const parser = parse({ delimiter: separator, quote, info: true, relax_column_count: true, skip_empty_lines: true });
  let ready: TableRecord[] = [];
  parser.on("data", ({ info, record }: { info: { lines: number }; record: string[] }) => {
    ready.push({ fields: record, line: info.lines - lineEnds(record) });
  });
  let failure: Error | undefined;
  const ended = new Promise<void>((resolve) => {
    parser.on("end", resolve);
    parser.on("error", (error: Error) => {
      failure ??= error;
      resolve();
    });
  });
  const written = (text: string): Promise<void> => new Promise((resolve) => parser.write(text, () => resolve()));
  for await (const text of readText(source, { ...(file !== undefined && { file }), ...(encoding !== undefined && { encoding }) })) {
    for (const piece of pieces(text)) {
      await Promise.race([written(piece), ended]);
      yield* ready;
      ready = [];
      if (failure !== undefined) throw readable(failure, file);
    }
  }
  parser.end();
  await ended;
  yield* ready;
  if (failure !== undefined) throw readable(failure, file);
}

const pieceLength = 1 << 16;

/** A text in pieces that cut no surrogate pair. */
function* pieces(text: string): Generator<string, void, undefined> {
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + pieceLength);
    if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end--;
    yield text.slice(start, end);
    start = end;
  }
}

function lineEnds(fields: readonly string[]): number {
  let count = 0;
  for (const field of fields) {
    for (let at = field.indexOf("\n"); at >= 0; at = field.indexOf("\n", at + 1)) count++;
  }
  return count;
}

const cures: { readonly [code: string]: string } = {
  CSV_QUOTE_NOT_CLOSED: "a quote that opened here is never closed. Close it, or double each quote that belongs to a field.",
  CSV_INVALID_CLOSING_QUOTE: "a quote inside a quoted field is followed by neither a separator nor a line end. Double each quote that belongs to a field.",
  INVALID_OPENING_QUOTE: "a quote stands inside a field that is not quoted. Put the field in quotes and double that quote, or read a file without quoting with readTsv.",
};

function readable(error: Error & { code?: string; lines?: number; column?: string | number }, file: string | undefined): DatasetError {
  const column = typeof error.column === "number" ? error.column + 1 : error.column;
  const place = { file, line: error.lines, column };
  return new DatasetError("readCsv", cures[error.code ?? ""] ?? `${error.message}. Correct the file at that place.`, place);
}
