import { DatasetError } from "../dataset-error.ts";

type Row = Record<string, unknown>;

/**
 * Parquet columns of bytes that do not say what they are: text, as older programs write it, or bytes such as an image. A
 * column is text if all its bytes in the first row group that has some are UTF-8, so that it has one type in all rows,
 * wherever reading starts.
 */
export class UntypedColumns {
  readonly #names: readonly string[];
  readonly #isText = new Map<string, boolean>();

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** The columns that had no bytes yet. */
  get undecided(): string[] {
    return this.#names.filter((name) => !this.#isText.has(name));
  }

  /** Decides on the undecided columns by all rows of a row group; call it with the groups in order. */
  decide(rows: readonly Row[]): void {
    for (const name of this.undecided) {
      let found = false;
      try {
        for (const row of rows) withText(row[name], () => (found = true));
        if (found) this.#isText.set(name, true);
      } catch {
        this.#isText.set(name, false);
      }
    }
  }

  /** Decodes the columns that are text. @throws DatasetError on bytes that are not UTF-8 */
  decode(rows: readonly Row[], file: string | undefined): void {
    for (const [name, isText] of this.#isText) {
      if (!isText) continue;
      try {
        for (const row of rows) row[name] = withText(row[name], () => {});
      } catch {
        throw new DatasetError(
          "readParquet",
          "earlier rows have text, and some of these have bytes that are not UTF-8. Omit the column with columns, or write it with a type: string, or binary of a fixed length.",
          { file, column: name },
        );
      }
    }
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A string column's text.
 *
 * @param isDocument whether it is a corpus's field
 * @throws DatasetError on bytes that are not UTF-8
 */
export function textOfColumn(bytes: Uint8Array, file: string | undefined, isDocument: boolean): string {
  try {
    return decoder.decode(bytes);
  } catch {
    const shown = JSON.stringify(new TextDecoder().decode(bytes.subarray(0, 60)));
    throw new DatasetError(
      "readParquet",
      `a column of strings has bytes that are not UTF-8: ${shown}. Write it again as UTF-8, or ${isDocument ? "set field to the name of the text" : "omit it with columns"}.`,
      { file },
    );
  }
}

/** Decodes bytes, in lists and structs too. @throws if they are not UTF-8 */
function withText(value: unknown, onBytes: () => void): unknown {
  if (value instanceof Uint8Array) {
    onBytes();
    return decoder.decode(value);
  }
  if (Array.isArray(value)) return value.map((item) => withText(item, onBytes));
  if (ArrayBuffer.isView(value) || value instanceof Date || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withText(item, onBytes)]));
}
