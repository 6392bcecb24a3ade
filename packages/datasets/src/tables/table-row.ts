import { DatasetError } from "../dataset-error.ts";
import { strip } from "../text/python-white-space.ts";

/** Decimal notation; `Number` also accepts "0x10" and an empty field. */
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** One row of a table: its fields as text, and its position in the file. */
export class TableRow {
  readonly fields: readonly string[];
  /** The line that the row starts on, from 1. */
  readonly line: number;
  /** The names of the columns; empty if the file has no header. */
  readonly columns: readonly string[];
  readonly file: string | undefined;

  constructor(fields: readonly string[], line: number, columns: readonly string[], file?: string) {
    this.fields = fields;
    this.line = line;
    this.columns = columns;
    this.file = file;
  }

  has(column: string): boolean {
    return this.columns.includes(column);
  }

  /** The field of a column, by its name in the header or its index from 0. Throws if there is none. */
  get(column: string | number): string {
    const place = typeof column === "number" ? column : this.columns.indexOf(column);
    const field = this.fields[place];
    if (field !== undefined) return field;
    const there =
      this.columns.length > 0
        ? `the columns are ${listed(this.columns)}`
        : `the row has ${this.fields.length} fields and the file no header`;
    throw this.error(
      "TableRow.get",
      typeof column === "number" ? column + 1 : column,
      `no such column; ${there}. ${otherSeparator(this.columns) ?? "Use one of these, or check that this is the right file."}`,
    );
  }

  /** The field of a column as one of a few values. */
  oneOf<Value extends string>(column: string | number, values: readonly Value[]): Value {
    const field = this.get(column);
    const index = (values as readonly string[]).indexOf(field);
    if (index >= 0) return values[index]!;
    throw this.error(
      "TableRow.oneOf",
      column,
      `expected ${values.join(" or ")}, got ${quoted(field)}. Correct the field, or skip such rows with onBadRow.`,
    );
  }

  /**
   * The field of a column as a finite decimal number, optionally with white space around it, as Python's `float`
   * accepts.
   */
  number(column: string | number): number {
    const field = this.get(column);
    const text = strip(field);
    const value = Number(text);
    if (decimal.test(text) && Number.isFinite(value)) return value;
    throw this.error(
      "TableRow.number",
      column,
      `expected a number, got ${quoted(field)}. Correct the field, or skip such rows with onBadRow.`,
    );
  }

  /** An error with this row's position. */
  error(where: string, column: string | number | undefined, message: string): DatasetError {
    return new DatasetError(where, message, { file: this.file, line: this.line, column });
  }
}

/** A field for an error message: quoted, and truncated if long. */
export function quoted(field: string): string {
  return JSON.stringify(field.length > 60 ? `${field.slice(0, 60)}…` : field);
}

const maxListed = 20;

/** Names of columns for an error message; only the first of many, because each invalid row has a message. */
export function listed(columns: readonly string[]): string {
  const first = columns.slice(0, maxListed).map((column) => (column.length > 60 ? `${column.slice(0, 60)}…` : column));
  return `${first.join(", ")}${columns.length > maxListed ? ", …" : ""}`;
}

/** Advice if the only column looks like several with another separator; else undefined. */
export function otherSeparator(columns: readonly string[]): string | undefined {
  const separator = columns.length === 1 ? /[;\t|,]/.exec(columns[0]!)?.[0] : undefined;
  if (separator === undefined) return undefined;
  const shown = JSON.stringify(separator);
  return `The columns look separated by ${shown}: pass { separator: ${shown} } to readCsv.`;
}
