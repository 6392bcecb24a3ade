import { filesUnder, isFolder, sizeOfFile } from "#files";
import { readsOnce } from "../dataset/from-items.ts";
import { DatasetError } from "../dataset-error.ts";
import { collect } from "../iterables/collect.ts";
import { byteChunks } from "../sources/byte-chunks.ts";
import { isAddress, isText, nameOf, type Source } from "../sources/source.ts";

/** Formats of a corpus's files. */
export type CorpusFormat = "text" | "jsonl" | "parquet" | "tfrecord";

/** A file of a corpus, or a stream. */
export interface CorpusFile {
  readonly source: Source;
  /** For messages. */
  readonly name: string;
  readonly format: CorpusFormat;
  /** Its size in bytes; undefined if unknown. */
  readonly bytes: number | undefined;
  /** Whether it can be read from any byte offset. */
  readonly isSeekable: boolean;
  /** Whether it can be read only once, as a stream or a pipe. */
  readonly isReadOnce: boolean;
}

const formatOf: Readonly<Record<string, CorpusFormat>> = {
  txt: "text",
  text: "text",
  md: "text",
  markdown: "text",
  jsonl: "jsonl",
  ndjson: "jsonl",
  json: "jsonl",
  parquet: "parquet",
  tfrecord: "tfrecord",
  tfrecords: "tfrecord",
  tfrec: "tfrecord",
};

/** Files of data sets that have no examples. A README describes the data; it is read if it is itself the source. */
const besides =
  /(?:^|\/)(?:\.|(?:dataset_infos?\.json|state\.json|index(?:\.[^/]*)?\.json|config\.json|(?:readme|licen[sc]e)(?:\.[^/]*)?)$)/i;

/**
 * The files of sources in order; those of a folder by path. A folder's files are those with a known ending
 * (.txt, .text, .md, .markdown, .jsonl, .ndjson, .json, .parquet, .tfrecord, also with .gz) or with none;
 * those that describe it, such as README.md, are omitted.
 *
 * @param split selects a folder's files by a word in their paths: "train" matches data/train-00000-of-00002.parquet
 * @throws DatasetError for a folder without one
 */
export async function corpusFiles(
  sources: Source | readonly Source[],
  { format, split }: { format?: CorpusFormat; split?: string },
): Promise<CorpusFile[]> {
  const list = isList(sources) ? sources : [sources];
  const files: CorpusFile[] = [];
  for (const source of list) {
    if (typeof source === "string" && !isText(source) && !isAddress(source) && (await isFolder(source)))
      for (const file of await filesOfFolder(source, format, split)) files.push(file);
    else files.push(await fileOf(source, format));
  }
  return files;
}

/** A list of sources; a list of texts is one source, if all have a line end. */
function isList(sources: Source | readonly Source[]): sources is readonly Source[] {
  return Array.isArray(sources) && !sources.every((item) => typeof item === "string" && isText(item));
}

async function filesOfFolder(
  folder: string,
  format: CorpusFormat | undefined,
  split: string | undefined,
): Promise<CorpusFile[]> {
  const root = folder.replace(/(?<!\/)\/+$/, "");
  const paths = (await filesUnder(folder)).filter(
    (path) => !besides.test(path) && (format !== undefined || endingOf(path) === "" || endingOf(path) in formatOf),
  );
  const chosen = split === undefined ? paths : paths.filter((path) => path.split(/[/._-]/).includes(split));
  if (chosen.length > 0) return Promise.all(chosen.map((path) => fileOf(`${root}/${path}`, format)));
  throw new DatasetError(
    "readCorpus",
    paths.length > 0
      ? `no file's path has the word ${JSON.stringify(split!.slice(0, 60))}; there are ${paths.slice(0, 5).join(", ")}${paths.length > 5 ? ", …" : ""}. Set split to a word of these, or omit it.`
      : "there is no .txt, .md, .jsonl, .parquet or .tfrecord file in it, besides files about it, such as a README. Check the path, or pass the files.",
    { file: nameOf(folder) },
  );
}

async function fileOf(
  source: Source,
  asked: CorpusFormat | undefined,
  name: string = nameOf(source) ?? "the data",
): Promise<CorpusFile> {
  const isPath = isPathOf(source);
  const format = asked ?? formatOf[endingOf(name)] ?? "text";
  // Parquet is read by its footer first.
  if (format === "parquet" && readsOnce(source))
    return fileOf(new Blob((await collect(byteChunks(source, { file: name }))) as BlobPart[]), format, name);
  const bytes = isPath
    ? await sizeOf(source)
    : typeof Blob !== "undefined" && source instanceof Blob
      ? source.size
      : undefined;
  const isPipe = isPath && bytes === undefined;
  if (isPipe && format === "parquet")
    throw new DatasetError("readCorpus", "Parquet cannot be read from a pipe. Save it as a file, and pass its path.", {
      file: name,
    });
  const isSeekable = bytes !== undefined && !/\.(?:gz|zip)$/i.test(name);
  return { source, name, format, bytes, isSeekable, isReadOnce: isPipe || readsOnce(source) };
}

/** @throws DatasetError if the file is shorter than when the corpus was opened: its parts are of that size */
export function requireSize({ name, bytes = 0 }: CorpusFile, size: number): void {
  if (size >= bytes) return;
  throw new DatasetError(
    "readCorpus",
    `the file became shorter while it was read: it had ${bytes} bytes, and has ${size}. Wait until it is written, and read it again.`,
    { file: name },
  );
}

/** The same for a file that was read as a stream; others than those of paths do not change. */
export async function requireSizeNow(file: CorpusFile): Promise<void> {
  if (isPathOf(file.source) && file.bytes !== undefined) requireSize(file, (await sizeOf(file.source)) ?? 0);
}

async function sizeOf(path: string | URL): Promise<number | undefined> {
  try {
    return await sizeOfFile(path);
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: unknown };
    if (code !== "ENOENT" && code !== "ENAMETOOLONG") throw error;
    throw new DatasetError(
      "readCorpus",
      `there is no such file. Check the path; if this is text, not a path, end it with a line end, "\\n". (${code})`,
      { file: nameOf(path) },
      (error as Error).cause,
    );
  }
}

function isPathOf(source: Source): source is string | URL {
  if (source instanceof URL) return source.protocol === "file:";
  return typeof source === "string" && !isText(source) && !isAddress(source);
}

/** "jsonl" of "folder/data.jsonl.gz". */
function endingOf(path: string): string {
  const name = path.replace(/\.(?:gz|zip)$/i, "").replace(/^.*[/\\]/s, "");
  const dot = name.lastIndexOf(".");
  const ending = dot > 0 ? name.slice(dot + 1).toLowerCase() : "";
  return /^\d*$/.test(ending) ? "" : ending;
}
