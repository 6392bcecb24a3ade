import type { Source, SourceOptions } from "../sources/source.ts";
import { readCsv } from "../tables/read-csv.ts";
import { type BadRowOptions, goodRows } from "../tables/table-options.ts";
import { textOf } from "../text/read-text.ts";
import { jsonlRows } from "./read-jsonl.ts";
import { RecordRow } from "./record-row.ts";

/** The records of a file in JSON Lines, if its text begins with "{", else in csv with a header. The file is read once. */
export async function* recordRows(
  where: string,
  source: Source,
  options: SourceOptions & BadRowOptions,
): AsyncGenerator<RecordRow, void, undefined> {
  const pieces = textOf(source, options);
  const head: string[] = [];
  let first = "";
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    head.push(next.value);
    first = next.value.trimStart()[0] ?? "";
    if (first !== "") break;
  }
  const text = async function* (): AsyncGenerator<string, void, undefined> {
    yield* head;
    yield* pieces;
  };
  const { entry: _, ...others } = options; // already decompressed
  if (first === "{") return yield* jsonlRows(where, text(), others);
  yield* goodRows(
    readCsv(text(), others),
    (row) => {
      const values = Object.fromEntries(row.columns.map((name, i) => [name, row.fields[i]]));
      return new RecordRow(where, values, { file: row.file, line: row.line });
    },
    options,
  );
}
