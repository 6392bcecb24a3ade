import { DatasetError } from "../dataset-error.ts";
import type { SourceOptions } from "../sources/source.ts";
import { listed, otherSeparator, TableRow } from "./table-row.ts";

/** Handling of invalid rows; by default their error is thrown. */
export interface BadRowOptions {
  /** Called with the error of an invalid row, which is then skipped. */
  readonly onBadRow?: (error: DatasetError) => void;
}

export interface TableOptions extends SourceOptions, BadRowOptions {
  /** True (the default): the first row names the columns. Or the names, for a file without a header; or false. */
  readonly header?: boolean | readonly string[];
}

/** One row before it is checked against the header. */
export interface TableRecord {
  fields: string[];
  /** The line it starts on, from 1. */
  line: number;
  /** Its error, and in which column, from 1. */
  error?: { column: number; message: string };
}

/** Converts records to rows: removes the header and checks every row's number of fields. */
export async function* toRows(
  where: string,
  records: AsyncIterable<TableRecord>,
  { header = true, file, onBadRow }: TableOptions,
): AsyncGenerator<TableRow, void, undefined> {
  let columns = typeof header === "boolean" ? undefined : header;
  if (header === false) columns = [];
  for await (const record of records) {
    if (columns === undefined && record.error === undefined) {
      columns = record.fields;
      continue;
    }
    const error = errorOf(where, record, columns ?? [], file);
    if (error === undefined) yield new TableRow(record.fields, record.line, columns ?? [], file);
    else if (onBadRow === undefined || columns === undefined) throw error;
    else onBadRow(error);
  }
}

function errorOf(
  where: string,
  { fields, line, error }: TableRecord,
  columns: readonly string[],
  file: string | undefined,
): DatasetError | undefined {
  if (error !== undefined)
    return new DatasetError(where, error.message, { file, line, column: columns[error.column - 1] ?? error.column });
  if (columns.length === 0 || fields.length === columns.length) return undefined;
  const fix =
    otherSeparator(columns) ?? "Check for a separator or a quote inside a field; or skip such rows with onBadRow.";
  const message = `${columns.length} columns (${listed(columns)}) but ${fields.length} ${fields.length === 1 ? "field" : "fields"}. ${fix}`;
  return new DatasetError(where, message, { file, line });
}

/** One result per row; a DatasetError from `read` marks an invalid row. */
export async function* goodRows<Row, Result>(
  rows: AsyncIterable<Row>,
  read: (row: Row) => Result,
  { onBadRow }: BadRowOptions,
): AsyncGenerator<Result, void, undefined> {
  for await (const row of rows) {
    let result: Result;
    try {
      result = read(row);
    } catch (error) {
      if (onBadRow === undefined || !DatasetError.isInstance(error)) throw error;
      onBadRow(error);
      continue;
    }
    yield result;
  }
}
