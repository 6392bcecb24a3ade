import { ByteCursor } from "../../binary/byte-cursor.ts";
import { compareBytes } from "../../binary/compare-bytes.ts";
import { maskedCrc32c } from "../../binary/crc-32.ts";
import { readVarint } from "../../binary/varint.ts";
import { tensorflowError } from "../tensorflow-error.ts";
import { uncompressSnappy } from "./snappy.ts";
import { blockTrailerSize, compressions, footerSize, tableMagic } from "./table-layout.ts";

type Entry = readonly [key: Uint8Array, value: Uint8Array];

/**
 * Every entry of a sorted string table (LevelDB's doc/table_format.md, as TensorFlow writes it): blocks, plain or
 * Snappy, each with its checksum. Keys are UTF-8. Throws a CheckpointError for a damaged one, `OutOfBytes` for one cut
 * short.
 */
export function readTable(file: Uint8Array): Map<string, Uint8Array> {
  if (file.length < footerSize) throw tensorflowError(`${file.length} bytes are too few for an index file.`);
  const footer = new ByteCursor(file, file.length - footerSize);
  readHandle(footer); // of the meta index, which TensorFlow leaves empty
  const index = readHandle(footer);
  const magic = new ByteCursor(file, file.length - 8);
  if (magic.uint32() !== tableMagic[0] || magic.uint32() !== tableMagic[1])
    throw tensorflowError("the index file does not end like one. It is damaged or cut short.");
  const budget = { keyBytes: 16 * file.length + 65_536 };
  const table = new Map<string, Uint8Array>();
  const decoder = new TextDecoder();
  let last: Uint8Array | undefined;
  for (const [, handle] of readBlock(file, index, budget)) {
    for (const [key, value] of readBlock(file, readHandle(new ByteCursor(handle)), budget)) {
      if (last && compareBytes(last, key) >= 0) throw tensorflowError("the index file's keys are out of order.");
      table.set(decoder.decode((last = key)), value);
    }
  }
  return table;
}

interface Handle {
  readonly offset: number;
  readonly size: number;
}

function readHandle(input: ByteCursor): Handle {
  const [offset, size] = [readVarint(input), readVarint(input)];
  if (offset === undefined || size === undefined) throw tensorflowError("the index file has a block at no place.");
  return { offset, size };
}

function readBlock(file: Uint8Array, { offset, size }: Handle, budget: { keyBytes: number }): Entry[] {
  if (offset + size + blockTrailerSize > file.length - footerSize)
    throw tensorflowError(
      `the index file has a block at ${offset}..${offset + size}, beyond its ${file.length} bytes.`,
    );
  const stored = file.subarray(offset, offset + size);
  const trailer = new ByteCursor(file, offset + size);
  const compression = trailer.uint8();
  if (trailer.uint32() !== maskedCrc32c(file.subarray(offset, offset + size + 1)))
    throw tensorflowError(`the checksum of the index file's block at byte ${offset} is wrong. The file is damaged.`);
  if (compression === compressions.none) return parseEntries(stored, budget);
  if (compression === compressions.snappy) return parseEntries(uncompressSnappy(stored), budget);
  throw tensorflowError(`the index file's block at byte ${offset} is compressed in an unknown way, ${compression}.`);
}

/** Keys share their beginning with the key before; the restart points behind them serve searching alone. */
function parseEntries(block: Uint8Array, budget: { keyBytes: number }): Entry[] {
  if (block.length < 4) throw tensorflowError("the index file has a block of less than four bytes.");
  const restarts = new ByteCursor(block, block.length - 4).uint32();
  const end = block.length - 4 - 4 * restarts;
  if (end < 0) throw tensorflowError("the index file has a block of more restart points than bytes.");
  const input = new ByteCursor(block.subarray(0, end));
  const entries: Entry[] = [];
  let key: Uint8Array = new Uint8Array(0);
  while (input.left > 0) {
    const [shared, unshared, size] = [readVarint(input), readVarint(input), readVarint(input)];
    if (shared === undefined || unshared === undefined || size === undefined || shared > key.length)
      throw tensorflowError("the index file has a damaged key.");
    budget.keyBytes -= shared + unshared;
    if (budget.keyBytes < 0) throw tensorflowError("the index file's keys are longer than an honest file's.");
    const rest = input.take(unshared);
    const next = new Uint8Array(shared + unshared);
    next.set(key.subarray(0, shared));
    next.set(rest, shared);
    entries.push([(key = next), input.take(size)]);
  }
  return entries;
}
