import { ByteCursor } from "../../binary/byte-cursor.ts";
import { readRange } from "../../binary/read-range.ts";
import type { RandomAccess } from "../../random-access.ts";
import { shown } from "../../shown.ts";
import { pytorchError } from "../pytorch-error.ts";

/** A file inside a zip file, as described by the directory. */
export interface ZipEntry {
  readonly name: string;
  readonly compressed: boolean;
  readonly crc32: number;
  readonly size: number;
  /** Offset of its local header. */
  readonly header: number;
}

const format = { code: "PYTORCH", format: "pytorch" } as const;
const endSize = 22;
const longestComment = 0xffff;
const maxDirectory = 1 << 26;

/**
 * Reads the directory of a zip file (PKWARE's APPNOTE 6.3, with Zip64). Throws a CheckpointError if a file is out of
 * range or overlaps another.
 */
export async function readZipDirectory(source: RandomAccess): Promise<Map<string, ZipEntry>> {
  const { start, size, count } = await findDirectory(source);
  if (size > maxDirectory || count * 46 > size)
    throw pytorchError(`the zip directory claims ${count} files in ${size} bytes.`);
  const input = new ByteCursor(await readRange(source, start, start + size, format));
  const entries = new Map<string, ZipEntry>();
  for (let i = 0; i < count; i++) {
    const entry = readEntry(input);
    if (entries.has(entry.name)) throw pytorchError(`the zip file has ${shown(entry.name)} twice.`);
    entries.set(entry.name, entry);
  }
  checkPlaces(entries, start);
  return entries;
}

async function findDirectory(source: RandomAccess): Promise<{ start: number; size: number; count: number }> {
  const tailStart = Math.max(0, source.size - endSize - longestComment);
  const tail = await readRange(source, tailStart, source.size, format);
  let at = tail.length - endSize;
  while (at >= 0 && !(tail[at] === 0x50 && tail[at + 1] === 0x4b && tail[at + 2] === 5 && tail[at + 3] === 6)) at--;
  if (at < 0) throw pytorchError("the zip file has no directory at its end. It is truncated.");
  const end = new ByteCursor(tail, at + 10);
  const directory = { count: end.uint16(), size: end.uint32(), start: end.uint32() };
  const isZip64 = directory.count === 0xffff || directory.size === 0xffffffff || directory.start === 0xffffffff;
  return isZip64 ? findZip64Directory(source, tailStart + at - 20) : directory;
}

async function findZip64Directory(
  source: RandomAccess,
  locator: number,
): Promise<{ start: number; size: number; count: number }> {
  const pointer = new ByteCursor(await readRange(source, locator, locator + 20, format));
  if (pointer.uint32() !== 0x07064b50) throw pytorchError("the zip file's Zip64 locator is missing.");
  pointer.take(4);
  const place = pointer.uint64();
  const record = new ByteCursor(await readRange(source, place, place + 56, format));
  if (record.uint32() !== 0x06064b50) throw pytorchError("the zip file's Zip64 directory record is missing.");
  record.take(28);
  return { count: record.uint64(), size: record.uint64(), start: record.uint64() };
}

function readEntry(input: ByteCursor): ZipEntry {
  if (input.uint32() !== 0x02014b50) throw pytorchError("the zip directory is damaged.");
  input.take(6);
  const method = input.uint16();
  input.take(4);
  const crc32 = input.uint32();
  const stored = input.uint32();
  const size = input.uint32();
  const [nameLength, extraLength, commentLength] = [input.uint16(), input.uint16(), input.uint16()];
  input.take(8);
  const header = input.uint32();
  const name = new TextDecoder().decode(input.take(nameLength));
  const wide = wideFields(input.take(extraLength), { size, stored, header });
  input.take(commentLength);
  if (method === 0 && wide.size !== wide.stored) throw pytorchError(`${shown(name)} has two sizes.`);
  return { name, compressed: method !== 0, crc32, size: wide.stored, header: wide.header };
}

interface Places {
  readonly size: number;
  readonly stored: number;
  readonly header: number;
}

/** The Zip64 field has, in this order, those of size, stored size and header that do not fit the entry's own fields. */
function wideFields(extra: Uint8Array, narrow: Places): Places {
  const input = new ByteCursor(extra);
  while (input.left >= 4) {
    const id = input.uint16();
    const field = new ByteCursor(input.take(input.uint16()));
    if (id !== 1) continue;
    const wide = (value: number): number => (value === 0xffffffff ? field.uint64() : value);
    return { size: wide(narrow.size), stored: wide(narrow.stored), header: wide(narrow.header) };
  }
  return narrow;
}

function checkPlaces(entries: ReadonlyMap<string, ZipEntry>, directoryStart: number): void {
  let position = 0;
  for (const { name, header, size } of [...entries.values()].sort((a, b) => a.header - b.header)) {
    if (header < position) throw pytorchError(`${shown(name)} overlaps another file of the zip.`);
    position = header + 30 + name.length + size;
    if (position > directoryStart) throw pytorchError(`${shown(name)} reaches beyond the zip file's data.`);
  }
}
