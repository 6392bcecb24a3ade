import { ByteCursor } from "../../binary/byte-cursor.ts";
import { crc32 } from "../../binary/crc-32.ts";
import { readRange } from "../../binary/read-range.ts";
import type { RandomAccess } from "../../random-access.ts";
import { shown } from "../../shown.ts";
import { pytorchError } from "../pytorch-error.ts";
import type { ZipEntry } from "./zip-directory.ts";

const format = { code: "PYTORCH", format: "pytorch" } as const;

/**
 * Reads bytes [start, end) of an uncompressed file of a zip. If it is read whole, its checksum is verified, unless it
 * is 0: PyTorch can omit checksums. Throws a CheckpointError if the file is compressed or damaged.
 */
export async function readZipEntry(
  source: RandomAccess,
  entry: ZipEntry,
  start = 0,
  end: number = entry.size,
): Promise<Uint8Array> {
  const name = shown(entry.name);
  if (entry.compressed)
    throw pytorchError(`${name} is compressed; torch.save writes uncompressed files. Save the model again.`);
  if (end > entry.size) throw pytorchError(`${name} has ${entry.size} bytes, ${end} are needed. The file is damaged.`);
  const header = new ByteCursor(await readRange(source, entry.header, entry.header + 30, format));
  if (header.uint32() !== 0x04034b50) throw pytorchError(`${name} has no header where the zip directory says.`);
  header.take(22);
  const data = entry.header + 30 + header.uint16() + header.uint16();
  const bytes = await readRange(source, data + start, data + end, format);
  if (bytes.length === entry.size && entry.crc32 !== 0 && crc32(bytes) !== entry.crc32)
    throw pytorchError(`the checksum of ${name} is wrong. The file is damaged.`);
  return bytes;
}
