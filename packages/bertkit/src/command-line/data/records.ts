import { existsSync } from "node:fs";
import {
  DatasetError,
  type FilePlace,
  type JsonObject,
  readCsv,
  readJson,
  readJsonl,
  readParquet,
  readTsv,
} from "@bertkit/datasets";
import { noFile } from "../error-text.ts";
import { UsageError } from "../usage-error.ts";
import { type DataOptions, type FileFormat, separatorOf } from "./data-options.ts";

/** Named values of a row, and its position in the file. */
export interface FileRecord {
  readonly values: Readonly<JsonObject>;
  readonly place: FilePlace;
}

/** The format by a file's extension; undefined if unknown. */
export function formatOf(file: string): FileFormat | undefined {
  const ending = /\.([a-z\d]+)(?:\.gz)?$/i.exec(file)?.[1]?.toLowerCase();
  if (ending === "ndjson") return "jsonl";
  return (["csv", "tsv", "jsonl", "json", "parquet"] as const).find((format) => format === ending);
}

/** The rows of a table, whatever its format. */
export async function* readRecords(
  file: string,
  { format = formatOf(file), encoding = "utf-8", separator }: Pick<DataOptions, "format" | "encoding" | "separator">,
): AsyncGenerator<FileRecord, void, undefined> {
  if (format === "csv" || format === "tsv") {
    const table =
      format === "tsv" && separator === undefined
        ? readTsv(file, { encoding })
        : readCsv(file, { encoding, ...(separator !== undefined && { separator: separatorOf(separator) }) });
    for await (const row of table)
      yield {
        values: Object.fromEntries(row.columns.map((column, i) => [column, row.fields[i]])) as JsonObject,
        place: { file, line: row.line },
      };
    return;
  }
  if (format !== "jsonl" && format !== "json" && format !== "parquet")
    throw new UsageError(
      !existsSync(file)
        ? noFile(file)
        : `the format of ${JSON.stringify(file)} is unknown. Pass --format csv, tsv, jsonl, json or parquet`,
    );
  const rows =
    format === "jsonl"
      ? readJsonl(file, { encoding })
      : format === "json"
        ? readJson(file, { encoding })
        : await readParquet(file);
  let row = 0;
  for await (const values of rows) {
    row++;
    yield { values, place: format === "jsonl" ? { file, line: row } : { file: rowOf(file, "row", row) } };
  }
}

/** A position in a file without lines, counted from 1. */
export function rowOf(file: string, thing: string, number: number): string {
  return `${file}, ${thing} ${number}`;
}

/** The name of a column: the given one, or the first common name that the row has. */
export function columnOf(
  { values, place }: FileRecord,
  flag: string,
  named: string | undefined,
  commonNames: readonly string[],
): string | undefined {
  if (named === undefined) return commonNames.find((name) => values[name] !== undefined);
  if (values[named] !== undefined) return named;
  throw missingColumn(place, values, `--${flag} names`, named);
}

/** The error for a row without a column. */
export function missingColumn(
  place: FilePlace,
  values: Readonly<JsonObject>,
  what: string,
  column: string,
): DatasetError {
  return new DatasetError("the data", `${what} ${JSON.stringify(column)}, ${columnsAre(Object.keys(values))}`, place);
}

/** A sentence that lists columns. If they look like one that was not split, or like a row, it says so. */
export function columnsAre(columns: readonly string[]): string {
  const [only, ...others] = columns;
  if (only === undefined) return "the file has no columns.";
  const separator = others.length === 0 ? /[;\t|,]/.exec(only)?.[0] : undefined;
  const shown = columns.slice(0, 20).map((name) => (name.trim() === name && name !== "" ? name : JSON.stringify(name)));
  return separator === undefined
    ? `the columns are ${shown.join(", ")}. Use one of these${looksLikeRow(columns) ? "; if they are the first row, write a line with the columns' names above it" : ""}.`
    : `the only column is ${JSON.stringify(only)}. The columns look separated by ${JSON.stringify(separator)}: give --separator ${separator === "\t" ? "tab" : JSON.stringify(separator)}.`;
}

function looksLikeRow(columns: readonly string[]): boolean {
  return columns.some((name) => name.trim().split(/\s+/).length > 2 || /^[-\d.]+$/.test(name));
}

/** A value as text; numbers are converted. */
export function textOf({ values, place }: FileRecord, column: string): string {
  const value = values[column];
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  throw new DatasetError(
    "the data",
    `expected a text, got ${value === undefined || value === null ? "nothing" : "a list or an object"}. Correct the row.`,
    {
      ...place,
      column,
    },
  );
}

/** A value as a list of texts. */
export function textsOf({ values, place }: FileRecord, column: string): string[] {
  const value: unknown = values[column];
  if (Array.isArray(value)) return value.map(String);
  throw new DatasetError("the data", "expected a list. Use a format that has lists, such as jsonl or parquet.", {
    ...place,
    column,
  });
}
