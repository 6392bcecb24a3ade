import { DatasetError } from "../dataset-error.ts";
import { crc32 } from "./crc32.ts";
import { decompressed } from "./decompressed.ts";
import type { SourceOptions } from "./source.ts";

interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Offset of its local header. */
  readonly offset: number;
}

/**
 * One file of a zip (PKWARE's APPNOTE), verified with the zip's size and checksum. Supports stored and deflated files;
 * not encryption or zip64.
 */
export async function* zipEntry(
  bytes: Uint8Array,
  { file, entry }: SourceOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chosen = choose(entriesOf(bytes, file), entry, file);
  const errorOf = (message: string): DatasetError =>
    new DatasetError("unzip", `${JSON.stringify(chosen.name.slice(0, 200))} ${message}`, { file });
  if (chosen.flags & 1) throw errorOf("is encrypted. Extract it with its password, and read the file.");
  if (chosen.method !== 0 && chosen.method !== 8)
    throw errorOf(`is compressed with method ${chosen.method}, not deflate. Extract the zip, and read the file.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isHeader = chosen.offset + 30 <= bytes.length && view.getUint32(chosen.offset, true) === 0x04034b50;
  const start = isHeader
    ? chosen.offset + 30 + view.getUint16(chosen.offset + 26, true) + view.getUint16(chosen.offset + 28, true)
    : 0;
  const end = start + chosen.packedSize;
  if (!isHeader || end > bytes.length) throw errorOf("is not where the zip's directory says. Download the zip again.");
  const packed = bytes.subarray(start, end);
  let [size, sum] = [0, 0];
  for await (const piece of chosen.method === 0 ? [packed] : decompressed(only(packed), "deflate-raw", file)) {
    size += piece.length;
    sum = crc32(piece, sum);
    if (size > chosen.size) break;
    yield piece;
  }
  if (size !== chosen.size || sum !== chosen.crc)
    throw errorOf("is damaged: its size or checksum does not match. Download the zip again.");
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

function choose(entries: readonly Entry[], name: string | undefined, file: string | undefined): Entry {
  // Ignores files that macOS and Windows add.
  const files = entries.filter(
    (entry) => !entry.name.endsWith("/") && !/(?:^|\/)(?:__MACOSX\/|\.DS_Store$)/.test(entry.name),
  );
  const found =
    name === undefined ? (files.length === 1 ? files[0] : undefined) : entries.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const names = files.slice(0, 20).map((entry) => JSON.stringify(entry.name.slice(0, 100)));
  const there = `It has ${files.length === 0 ? "no file" : `${names.join(", ")}${files.length > 20 ? ", …" : ""}`}`;
  throw new DatasetError(
    "unzip",
    name === undefined
      ? `which file of the zip? ${there}. Name one: { entry: "train.tsv" }.`
      : `the zip has no ${JSON.stringify(name.slice(0, 100))}; ${there}. Name one of these.`,
    { file },
  );
}

/** The entries of the zip's directory, at its end. */
function entriesOf(bytes: Uint8Array, file: string | undefined): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (): DatasetError =>
    new DatasetError("unzip", "the zip has no directory at its end: it is damaged or truncated. Download it again.", {
      file,
    });
  let end = bytes.length - 22;
  while (end >= 0 && end > bytes.length - 22 - 0x10000 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) throw damaged();
  const count = view.getUint16(end + 10, true);
  let place = view.getUint32(end + 16, true);
  if (count === 0xffff || place === 0xffffffff)
    throw new DatasetError("unzip", "the zip is a zip64, for more than 4 GB. Extract it, and read the file.", { file });
  const decoder = new TextDecoder();
  return Array.from({ length: count }, () => {
    if (place + 46 > end || view.getUint32(place, true) !== 0x02014b50) throw damaged();
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((at) => view.getUint16(place + at, true)) as [
      number,
      number,
      number,
    ];
    const entry = {
      name: decoder.decode(bytes.subarray(place + 46, place + 46 + nameLength)),
      flags: view.getUint16(place + 8, true),
      method: view.getUint16(place + 10, true),
      crc: view.getUint32(place + 16, true),
      packedSize: view.getUint32(place + 20, true),
      size: view.getUint32(place + 24, true),
      offset: view.getUint32(place + 42, true),
    };
    place += 46 + nameLength + extraLength + commentLength;
    return entry;
  });
}
