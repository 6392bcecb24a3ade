import { checkObjects, checkOptions, shown } from "@bertkit/checks";
import { readsOnce, spent } from "../dataset/from-items.ts";
import { DatasetError } from "../dataset-error.ts";
import { Dataset } from "../dataset/dataset.ts";
import { seededRandom } from "../dataset/seeded-random.ts";
import { corpusOrderRules, corpusRules } from "../option-rules.ts";
import { randomInteger } from "../iterables/random-integer.ts";
import type { Source } from "../sources/source.ts";
import { sentenceSplitter, type SentenceSplitter } from "../text/sentence-splitter.ts";
import { type CorpusFile, corpusFiles, type CorpusFormat } from "./corpus-file.ts";
import type { CorpusLayout } from "./corpus-layout.ts";
import { type CorpusPart, corpusParts } from "./corpus-part.ts";
import { type CorpusSettings, partDocuments } from "./part-documents.ts";

export interface CorpusOptions {
  /** Layout of text files. Default "sentences". */
  readonly layout?: CorpusLayout;
  /** The field of JSON Lines, column of Parquet or feature of tf.Examples that holds a document. Default "text". */
  readonly field?: string;
  /** Language for splitting raw text into sentences, a BCP 47 tag; or a function. Default "en". */
  readonly sentences?: string | SentenceSplitter;
  /** Format of all files. Default: by their extensions, else text. */
  readonly format?: CorpusFormat;
  /** Which files of folders to read, by a word in their paths, such as "train". Default all. */
  readonly split?: string;
  /**
   * Encoding of text files, a label of the Encoding Standard. Default "utf-8"; a file in another encoding is one part.
   */
  readonly encoding?: string;
  /** Approximate bytes of a part. Default 512 KiB. */
  readonly partBytes?: number;
}

export interface CorpusOrder {
  /** Shuffles the parts. Default: the order of the files. */
  readonly seed?: number;
  /** Each epoch has another order of the same parts. Default 0. */
  readonly epoch?: number;
  /** Approximate bytes of text in a group of parts. Default 4 MiB. */
  readonly groupBytes?: number;
}

/**
 * Text of any size, read in parts: folders and files of plain text, JSON Lines, Parquet and TFRecord, with or without
 * gzip. Opening a corpus only reads file sizes and Parquet footers. Which documents a part has depends only on the
 * files and `partBytes`, so parts can be read on different machines, each document once. In a list, each path, URL or
 * array of bytes is a file; a list of texts with line ends is one. A stream of Parquet is read into memory.
 *
 * @throws DatasetError if a path does not exist, or a folder has no text files; while it is read, if a file became
 *   shorter
 */
export async function readCorpus(sources: Source | readonly Source[], options: CorpusOptions = {}): Promise<Corpus> {
  checkOptions("readCorpus", options, corpusRules);
  const { layout = "sentences", partBytes = 1 << 19, sentences = "en", encoding: label = "utf-8", ...rest } = options;
  const { encoding } = new TextDecoder(label);
  const inUtf8 = encoding === "utf-8";
  const files = await corpusFiles(sources, options);
  const splitter = typeof sentences === "string" ? sentenceSplitter(sentences) : sentences;
  const parts = await corpusParts(files, partBytes, inUtf8);
  return new Corpus(files, parts, { ...rest, layout, splitter, ...(!inUtf8 && { encoding }) });
}

/** A corpus that `readCorpus` opened. */
export class Corpus {
  readonly files: readonly CorpusFile[];
  readonly parts: readonly CorpusPart[];
  readonly #settings: CorpusSettings;
  /** Streams that were read. */
  readonly #spent: Set<CorpusFile>;

  constructor(
    files: readonly CorpusFile[],
    parts: readonly CorpusPart[],
    settings: CorpusSettings,
    spent: Set<CorpusFile> = new Set(),
  ) {
    this.files = files;
    this.parts = parts;
    this.#settings = settings;
    this.#spent = spent;
  }

  /** The same corpus with only some of its parts. */
  withParts(parts: readonly CorpusPart[]): Corpus {
    return new Corpus(this.files, parts, this.#settings, this.#spent);
  }

  /**
   * The documents in order, each as a list of sentences. Skipping reads all previous parts: to resume at a position,
   * use `groups`.
   */
  documents(): Dataset<string[]> {
    return Dataset.from(() => this.read(this.parts), {
      name: this.files
        .map(({ name }) => name)
        .join(", ")
        .slice(0, 200),
    });
  }

  /** The documents of the given parts, in order. @throws DatasetError if one is of a stream that was read */
  async *read(parts: readonly CorpusPart[]): AsyncGenerator<string[], void, undefined> {
    checkObjects("Corpus.read", "parts", parts, "parts of this corpus", "file", "bytes");
    for (const part of parts) {
      const file = this.files[part.file];
      if (file === undefined)
        throw new RangeError(
          `Corpus.read: a part is of file ${shown(part.file)}, got ${this.files.length} files. Pass parts of this corpus.`,
        );
      if (file.isReadOnce) {
        if (this.#spent.has(file))
          throw readsOnce(file.source)
            ? spent(file.name)
            : new DatasetError("readCorpus", "a pipe can be read only once, and was. Save it as a file.", {
                file: file.name,
              });
        this.#spent.add(file);
      }
      yield* partDocuments(file, part, this.#settings);
    }
  }

  /**
   * The parts in groups, shuffled by a seed: the unit that a worker reads at a time. The groups are the same on every
   * machine, and group n is known without reading those before it.
   */
  groups(order: CorpusOrder = {}): CorpusPart[][] {
    checkOptions("Corpus.groups", order, corpusOrderRules);
    const { seed, epoch = 0, groupBytes = 1 << 22 } = order;
    const parts = [...this.parts];
    if (seed !== undefined) {
      const random = seededRandom(seed, epoch);
      for (let i = parts.length - 1; i > 0; i--) {
        const other = randomInteger("Corpus.groups", random, i + 1);
        [parts[i], parts[other]] = [parts[other]!, parts[i]!];
      }
    }
    const groups: CorpusPart[][] = [];
    let bytes = Infinity;
    for (const part of parts) {
      if (bytes + part.bytes / 2 > groupBytes) {
        groups.push([]);
        bytes = 0;
      }
      groups.at(-1)!.push(part);
      bytes += part.bytes;
    }
    return groups;
  }

  /** The documents of parts in blocks of at least `units` UTF-16 units; the last block may be smaller. */
  async *blocks(parts: readonly CorpusPart[], units: number): AsyncGenerator<string[][], void, undefined> {
    let block: string[][] = [];
    let held = 0;
    for await (const document of this.read(parts)) {
      block.push(document);
      for (const { length } of document) held += length;
      if (held < units) continue;
      yield block;
      block = [];
      held = 0;
    }
    if (block.length > 0) yield block;
  }
}
