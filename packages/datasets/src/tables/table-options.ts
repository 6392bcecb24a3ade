import { DatasetError } from "../dataset-error.ts";
import type { SourceOptions } from "../text/source.ts";
import { TableRow } from "./table-row.ts";

/** What to do with a row that is not as it should be: without this, its error is thrown. */
export interface BadRowOptions {
  /** Called with the error of a bad row, which is then left out. */
  onBadRow?: (error: DatasetError) => void;
}

export interface TableOptions extends SourceOptions, BadRowOptions {
  /** True (the default): the first row names the columns. Or the names, for a file without a header; or false. */
  header?: boolean | readonly string[];
}

export interface TableRecord {
  fields: string[];
  line: number;
}

/** Records to rows: takes the header off and holds every row to its number of fields. */
export async function* toRows(
  where: string,
  records: AsyncIterable<TableRecord>,
  { header = true, file, onBadRow }: TableOptions,
): AsyncGenerator<TableRow, void, undefined> {
  let columns = typeof header === "boolean" ? undefined : header;
  if (header === false) columns = [];
  for await (const { fields, line } of records) {
    if (columns === undefined) {
      columns = fields;
      continue;
    }
    if (columns.length > 0 && fields.length !== columns.length) {
      const error = new DatasetError(
        where,
        `${columns.length} columns (${columns.join(", ")}) but ${fields.length} fields. Look for a separator or a quote inside a field; or skip such rows with onBadRow.`,
        { file, line },
      );
      if (onBadRow === undefined) throw error;
      onBadRow(error);
      continue;
    }
    yield new TableRow(fields, line, columns, file);
  }
}

/** One result a row; a DatasetError from `read` is a bad row. */
export async function* readRows<Result>(
  rows: AsyncIterable<TableRow>,
  read: (row: TableRow) => Result,
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
