import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { sourceRules } from "../option-rules.ts";
import { DatasetError } from "../dataset-error.ts";
import { byteChunks } from "../sources/byte-chunks.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import { joined } from "../sources/web-bytes.ts";
import { maskedCrc32c } from "./crc32c.ts";
import { decodeTfExample, type TfExample } from "./tf-example.ts";

/** The records of a TFRecord file, with or without gzip, with both checksums of each verified. */
export function readTfrecords(source: Source, options: SourceOptions = {}): Dataset<Uint8Array> {
  return readerDataset("readTfrecords", source, options, sourceRules, (options) => records(source, options));
}

/** The `tf.train.Example`s of a TFRecord file: the values of each feature by its name. */
export function readTfExamples(source: Source, options: SourceOptions = {}): Dataset<TfExample> {
  return readerDataset("readTfExamples", source, options, sourceRules, async function* (options) {
    let index = 0;
    for await (const record of records(source, options)) {
      try {
        yield decodeTfExample(record);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new DatasetError(
          "readTfExamples",
          `record ${index} is not a tf.train.Example: ${error.message}. For other kinds of records use readTfrecords.`,
          { file: options.file },
        );
      }
      index++;
    }
  });
}

async function* records(source: Source, options: SourceOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const errorOf = (what: string): DatasetError =>
    new DatasetError("readTfrecords", `record ${index} ${what}. Check that this is a complete TFRecord file.`, {
      file: options.file,
    });
  let held: Uint8Array[] = [];
  let length = 0;
  let index = 0;
  let needed = 12; // the bytes of a header, or of a record if its header has been read
  for await (const piece of byteChunks(source, options)) {
    held.push(piece);
    length += piece.length;
    if (length < needed) continue;
    const bytes = joined(held);
    let place = 0;
    for (let size = sizeAt(bytes, place, errorOf); size !== undefined; size = sizeAt(bytes, place, errorOf)) {
      const end = place + 12 + size;
      needed = 16 + size;
      if (end + 4 > bytes.length) break;
      const record = new Uint8Array(bytes.subarray(place + 12, end)); // a copy, because the array may be shared
      if (maskedCrc32c(record) !== word(bytes, end)) throw errorOf("is damaged: its checksum does not match");
      yield record;
      index++;
      place = end + 4;
      needed = 12;
    }
    held = place === bytes.length ? [] : [bytes.subarray(place)];
    length = bytes.length - place;
  }
  if (length > 0) throw errorOf("is truncated");
}

/** The size of the record at an offset; undefined if its header has not been read yet. */
function sizeAt(bytes: Uint8Array, place: number, errorOf: (what: string) => DatasetError): number | undefined {
  if (place + 12 > bytes.length) return undefined;
  if (maskedCrc32c(bytes.subarray(place, place + 8)) !== word(bytes, place + 8))
    throw errorOf("does not start with a length and its checksum");
  return word(bytes, place) + 2 ** 32 * word(bytes, place + 4);
}

function word(bytes: Uint8Array, place: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(place, true);
}
