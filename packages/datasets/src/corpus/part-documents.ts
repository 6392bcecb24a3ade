import { DatasetError } from "../dataset-error.ts";
import { described } from "../formats/json-value.ts";
import { parquetRows } from "../formats/read-parquet.ts";
import { readTfExamples } from "../formats/read-tfrecords.ts";
import { byteChunks } from "../sources/byte-chunks.ts";
import { randomAccess } from "../sources/open-random-access.ts";
import { textOf } from "../text/read-text.ts";
import type { SentenceSplitter } from "../text/sentence-splitter.ts";
import { type CorpusFile, requireSize, requireSizeNow } from "./corpus-file.ts";
import type { CorpusLayout } from "./corpus-layout.ts";
import type { CorpusPart } from "./corpus-part.ts";
import { jsonRow } from "./json-row.ts";
import { bytesFrom, type Line, lineBatches } from "./line-batches.ts";
import { longestDocument, textDocuments } from "./text-documents.ts";

/** How documents are found in files. */
export interface CorpusSettings {
  readonly layout: CorpusLayout;
  readonly splitter: SentenceSplitter;
  /** Of text that is not UTF-8. */
  readonly encoding?: string;
  /** The field of a row that holds its document. Default "text". */
  readonly field?: string;
}

const where = "readCorpus";
const longestRow = 1 << 28;

/** The documents of a part of a file, in order, each as a list of sentences. */
export async function* partDocuments(
  file: CorpusFile,
  part: CorpusPart,
  settings: CorpusSettings,
): AsyncGenerator<string[], void, undefined> {
  const { layout, splitter, encoding, field = "text" } = settings;
  if (file.format === "text") {
    yield* textDocuments(linesFrom(file, part, longestDocument, encoding), layout, part, splitter);
    return;
  }
  for await (const value of valuesOf(file, part, field, encoding)) {
    if (value === null || value === "") continue;
    const document = documentOf(value, splitter);
    if (document === undefined)
      throw new DatasetError(
        where,
        `${JSON.stringify(field)} must be a text or a list of sentences, got ${described(value)}. Set field to the name of the text.`,
        { file: file.name },
      );
    if (document.length > 0) yield document;
  }
}

/** The sentences of a text to split, or of a list of sentences; undefined if the value is neither. */
function documentOf(value: unknown, split: SentenceSplitter): string[] | undefined {
  if (typeof value === "string") return split(value);
  const isSentences = Array.isArray(value) && value.every((item) => typeof item === "string");
  return isSentences ? value.filter((item) => item.trim() !== "") : undefined;
}

/** The values of a field in the rows of a part. */
function valuesOf(
  file: CorpusFile,
  part: CorpusPart,
  field: string,
  encoding: string | undefined,
): AsyncGenerator<unknown, void, undefined> {
  if (file.format === "jsonl") return jsonValues(file, part, field, encoding);
  return file.format === "parquet" ? parquetValues(file, part, field) : exampleValues(file, field);
}

async function* jsonValues(
  file: CorpusFile,
  part: CorpusPart,
  field: string,
  encoding: string | undefined,
): AsyncGenerator<unknown, void, undefined> {
  for await (const batch of linesFrom(file, part, longestRow, encoding))
    for (const line of batch) {
      const { text, start } = line;
      if (start < part.start) continue;
      if (start >= part.end) return;
      if (text.trim() !== "") yield jsonRow(line, file.name, encoding)[field];
    }
}

async function* parquetValues(
  { source, name }: CorpusFile,
  { start, end }: CorpusPart,
  field: string,
): AsyncGenerator<unknown, void, undefined> {
  const access = await randomAccess(source, { file: name });
  try {
    let left = end - start;
    if (left <= 0) return;
    for await (const row of parquetRows(access, { file: name, columns: [field], isText: true }, start)) {
      yield row[field];
      if (--left <= 0) return;
    }
  } finally {
    await access.close?.();
  }
}

async function* exampleValues(file: CorpusFile, field: string): AsyncGenerator<unknown, void, undefined> {
  const { source, name } = file;
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let index = 0;
  const textOf = (item: Uint8Array | number): string | number => {
    if (typeof item === "number") return item;
    try {
      return decoder.decode(item);
    } catch {
      throw new DatasetError(
        where,
        `${JSON.stringify(field)} of record ${index} is not UTF-8 text. Write it again as UTF-8, or set field to the name of the text.`,
        { file: name },
      );
    }
  };
  for await (const example of readTfExamples(source, { file: name })) {
    const value = example[field];
    const texts = Array.isArray(value) ? value.map(textOf) : value;
    yield Array.isArray(texts) && texts.length === 1 ? texts[0] : texts;
    index++;
  }
  await requireSizeNow(file);
}

/** The lines of a part, and those after it. */
async function* linesFrom(
  file: CorpusFile,
  part: CorpusPart,
  longest: number,
  encoding: string | undefined,
): AsyncGenerator<Line[], void, undefined> {
  const access =
    file.isSeekable && encoding === undefined ? await randomAccess(file.source, { file: file.name }) : undefined;
  try {
    if (access) requireSize(file, access.size);
    // Starts one byte earlier, which may be the previous line's end.
    const start = Math.max(0, part.start - 1);
    const pieces = access ? bytesFrom(access, start) : bytesOf(file, encoding);
    yield* lineBatches(pieces, start, { file: file.name, isInside: part.start > 0, longest });
  } finally {
    await access?.close?.();
  }
}

async function* bytesOf(file: CorpusFile, encoding: string | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  const { source, name } = file;
  if (encoding === undefined) yield* byteChunks(source, { file: name });
  else {
    const encoder = new TextEncoder();
    for await (const text of textOf(source, { file: name, encoding })) yield encoder.encode(text);
  }
  await requireSizeNow(file);
}
