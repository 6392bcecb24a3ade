import { openParquet } from "../formats/read-parquet.ts";
import { randomAccess } from "../sources/open-random-access.ts";
import type { CorpusFile } from "./corpus-file.ts";

/**
 * A part of a corpus that can be read by itself: bytes of a text file, a row group of a Parquet file, or a whole file.
 */
export interface CorpusPart {
  /** The index of its file. */
  readonly file: number;
  /** Bytes of a text file, rows of a Parquet file. */
  readonly start: number;
  /** Infinity for the rest of the file. */
  readonly end: number;
  /** Approximate amount of text. */
  readonly bytes: number;
}

/** Approximate ratio of text to its gzip. */
const unpackedBytes = 3;

/**
 * The parts of files in order, each of about `size` bytes if its file can be read in parts. Reads only the footers of
 * Parquet files.
 *
 * @param inUtf8 whether text is UTF-8: in other encodings lines cannot be found from any byte, so a file is one part
 */
export async function corpusParts(files: readonly CorpusFile[], size: number, inUtf8: boolean): Promise<CorpusPart[]> {
  const parts: CorpusPart[] = [];
  for (const [file, { source, name, format, bytes = 0, isSeekable }] of files.entries()) {
    if (format === "parquet") {
      const access = await randomAccess(source, { file: name });
      try {
        const { metadata } = await openParquet(access, name);
        let start = 0;
        for (const { num_rows, total_byte_size } of metadata.row_groups) {
          const end = start + Number(num_rows);
          if (end > start) parts.push({ file, start, end, bytes: Number(total_byte_size) });
          start = end;
        }
      } finally {
        await access.close?.();
      }
    } else if (isSeekable && inUtf8 && (format === "text" || format === "jsonl")) {
      const count = Math.max(1, Math.round(bytes / size));
      for (let i = 0; i < count; i++) {
        const start = Math.floor((i * bytes) / count);
        const end = i === count - 1 ? Infinity : Math.floor(((i + 1) * bytes) / count);
        parts.push({ file, start, end, bytes: bytes / count });
      }
    } else {
      parts.push({ file, start: 0, end: Infinity, bytes: bytes * (isSeekable ? 1 : unpackedBytes) });
    }
  }
  return parts;
}
