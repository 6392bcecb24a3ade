import { checkOptions } from "@bertkit/checks";
import type { AsyncBuffer, FileMetaData, ParquetParsers } from "hyparquet";
import { Dataset } from "../dataset/dataset.ts";
import { DatasetError } from "../dataset-error.ts";
import { parquetRules } from "../option-rules.ts";
import { randomAccess } from "../sources/open-random-access.ts";
import type { RandomAccess } from "../sources/random-access.ts";
import { nameOf, type Source, type SourceOptions } from "../sources/source.ts";
import type { JsonObject } from "./json-value.ts";
import { textOfColumn, UntypedColumns } from "./untyped-columns.ts";

export interface ParquetOptions extends SourceOptions {
  /** The columns to read; other columns are not fetched. Default all. */
  readonly columns?: readonly string[];
}

/**
 * The rows of a Parquet file, read by byte ranges: the footer when opened, for the number of rows, and each row group
 * when needed. 64-bit integers become numbers; one that a number cannot represent exactly is an error, and so is a string
 * that is not UTF-8. Bytes without a logical type are text if those of the first row group that has some are UTF-8. Read
 * with hyparquet.
 */
export async function readParquet<Item extends JsonObject = JsonObject>(
  source: Source,
  options: ParquetOptions = {},
): Promise<Dataset<Item>> {
  checkOptions("readParquet", options, parquetRules);
  const file = options.file ?? nameOf(source);
  const named = { ...options, ...(file !== undefined && { file }) };
  const access = await randomAccess(source, named);
  let size: number;
  try {
    size = (await openParquet(access, file)).rows;
  } finally {
    await access.close?.();
  }
  // A stream has been read into memory above, and is read from there.
  const reopen = typeof source === "string" || typeof source === "function" || source instanceof URL;
  return new Dataset<Item>({
    name: file ?? "the data",
    size,
    open: async function* ({ skip }) {
      const opened = reopen ? await randomAccess(source, named) : access;
      try {
        yield* parquetRows<Item>(opened, named, skip);
      } finally {
        if (reopen) await opened.close?.();
      }
    },
  });
}

/**
 * The rows of an opened file, after the first `skip`; row groups before them are not fetched, except for a column whose
 * type must be decided.
 *
 * @param options with `isText` all bytes are text
 */
export async function* parquetRows<Item extends JsonObject>(
  access: RandomAccess,
  { file, columns, isText = false }: ParquetOptions & { readonly isText?: boolean },
  skip: number,
): AsyncGenerator<Item, void, undefined> {
  const { parquetReadObjects } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const { metadata, asyncBuffer } = await openParquet(access, file);
  const names = metadata.schema.slice(1).map(({ name }) => name);
  for (const column of columns ?? [])
    if (!names.includes(column))
      throw new DatasetError(
        "readParquet",
        `no column ${JSON.stringify(column.slice(0, 100))}; there are ${names.slice(0, 20).join(", ")}. Use one of these.`,
        { file },
      );
  const untyped = new UntypedColumns(
    isText ? [] : untypedColumns(metadata.schema).filter((name) => columns?.includes(name) ?? true),
  );
  const read = async (
    rowStart: number,
    rowEnd: number,
    columns: readonly string[] | undefined,
  ): Promise<Record<string, unknown>[]> => {
    const rows = await guarded(file, () =>
      parquetReadObjects({
        file: asyncBuffer,
        metadata,
        compressors,
        utf8: isText, // else it would decode bytes that are no text too
        parsers: {
          stringFromBytes: (bytes: Uint8Array | undefined) => bytes && textOfColumn(bytes, file, isText),
        } as ParquetParsers, // with hyparquet's own for others
        rowStart,
        rowEnd,
        ...(columns && { columns: [...columns] }),
      }),
    );
    if (rows.length === rowEnd - rowStart) return rows;
    throw damaged(file, `a row group has ${rows.length} rows, not ${rowEnd - rowStart}`);
  };
  let start = 0;
  let unread: (readonly [start: number, end: number])[] = []; // what decides on untyped columns
  for (const { num_rows } of metadata.row_groups) {
    const end = start + Number(num_rows);
    if (skip > start && end > start) unread.push([start, end]);
    if (skip < end) {
      for (const [from, to] of unread)
        if (untyped.undecided.length > 0) untyped.decide(await read(from, to, untyped.undecided));
      unread = [];
      const rows = await read(Math.max(start, skip), end, columns);
      untyped.decide(rows);
      untyped.decode(rows, file);
      for (const row of rows) yield plain(row, file) as Item;
    }
    start = end;
  }
}

interface OpenedParquet {
  readonly metadata: FileMetaData;
  readonly asyncBuffer: AsyncBuffer;
  readonly rows: number;
}

/** A file's metadata and number of rows. */
export async function openParquet(access: RandomAccess, file: string | undefined): Promise<OpenedParquet> {
  const { parquetMetadataAsync } = await import("hyparquet");
  const asyncBuffer = {
    byteLength: access.size,
    slice: async (start: number, end?: number): Promise<ArrayBuffer> => {
      const bytes = await access.read(Math.max(0, start), Math.min(access.size, end ?? access.size));
      return new Uint8Array(bytes).buffer; // slice() of a Buffer is a view
    },
  };
  if (access.size < 12) throw damaged(file, `it has ${access.size} bytes, and the minimum is 12`);
  const metadata = await guarded(file, () => parquetMetadataAsync(asyncBuffer, { initialFetchSize: 2 ** 16 }));
  return { metadata, asyncBuffer, rows: Number(metadata.num_rows) };
}

async function guarded<Result>(file: string | undefined, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (DatasetError.isInstance(error)) throw error;
    throw damaged(file, String((error as Error).message).slice(0, 300));
  }
}

function damaged(file: string | undefined, what: string): DatasetError {
  return new DatasetError(
    "readParquet",
    `not a readable Parquet file: ${what}. Check its format, and that it is complete.`,
    { file },
  );
}

/**
 * The columns whose bytes may be text, which older programs write without saying so. Bytes of a fixed length are not text.
 */
function untypedColumns(schema: FileMetaData["schema"]): string[] {
  const columns = new Set<string>();
  let place = 1;
  const isText = (): boolean => {
    const { type, num_children = 0, converted_type, logical_type } = schema[place++]!;
    const parts = Array.from({ length: num_children }, isText);
    if (num_children > 0) return parts.some(Boolean);
    return type === "BYTE_ARRAY" && converted_type === undefined && logical_type === undefined;
  };
  while (place < schema.length) {
    const { name } = schema[place]!;
    if (isText()) columns.add(name);
  }
  return [...columns];
}

/** 64-bit numbers as numbers, in lists and structs too. */
function plain(value: unknown, file: string | undefined): unknown {
  if (typeof value === "bigint") {
    if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
    throw new DatasetError(
      "readParquet",
      `${value} cannot be represented exactly in JavaScript. Omit its column with columns.`,
      { file },
    );
  }
  if (Array.isArray(value)) return value.map((item) => plain(item, file));
  if (ArrayBuffer.isView(value) || value instanceof Date || typeof value !== "object" || value === null) {
    return value instanceof BigInt64Array || value instanceof BigUint64Array
      ? [...value].map((item) => plain(item, file))
      : value;
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item, file)]));
}
