import { ByteCursor } from "../../binary/byte-cursor.ts";
import { compareBytes } from "../../binary/compare-bytes.ts";
import { maskedCrc32c } from "../../binary/crc-32.ts";
import { readVarint } from "../../binary/varint.ts";
import { tensorflowError } from "../tensorflow-error.ts";
import { uncompressSnappy } from "./snappy.ts";
import { blockTrailerSize, compressions, footerSize, tableMagic } from "./table-layout.ts";

type Entry = readonly [key: Uint8Array, value: Uint8Array];

/**
 * The entries of a sorted string table (LevelDB's doc/table_format.md, as TensorFlow writes it): blocks, plain or
 * Snappy, each with a checksum. Throws a CheckpointError if it is damaged, `OutOfBytes` if it is truncated.
 *
 * Time and memory are linear in the file: each block is read once; the decompressed blocks are limited to 8 times the
 * size of the file, and the keys, which share prefixes, to 16 times.
 */
export function* readTable(file: Uint8Array): Generator<Entry> {
  if (file.length < footerSize) throw tensorflowError(`${file.length} bytes are too few for an index file.`);
  const footer = new ByteCursor(file, file.length - footerSize);
  readHandle(footer); // the meta index, empty in TensorFlow
  const index = readHandle(footer);
  const magic = new ByteCursor(file, file.length - 8);
  if (magic.uint32() !== tableMagic[0] || magic.uint32() !== tableMagic[1])
    throw tensorflowError("the index file has no valid footer. It is damaged or truncated.");
  const budget = { keyBytes: 16 * file.length + 65_536, unpackedBytes: 8 * file.length + 65_536 };
  let last: Uint8Array | undefined;
  let end = 0;
  for (const [, bytes] of readBlock(file, index, budget)) {
    const handle = readHandle(new ByteCursor(bytes));
    if (handle.offset < end)
      throw tensorflowError(
        `the index file's block at byte ${handle.offset} overlaps the previous one. It is damaged.`,
      );
    end = handle.offset + handle.size + blockTrailerSize;
    for (const entry of readBlock(file, handle, budget)) {
      const [key] = entry;
      if (last && compareBytes(last, key) >= 0) throw tensorflowError("the index file's keys are out of order.");
      last = key;
      yield entry;
    }
  }
}

interface Handle {
  readonly offset: number;
  readonly size: number;
}

interface Budget {
  keyBytes: number;
  unpackedBytes: number;
}

function readHandle(input: ByteCursor): Handle {
  const [offset, size] = [readVarint(input), readVarint(input)];
  if (offset === undefined || size === undefined)
    throw tensorflowError("the index file has a block with an invalid offset.");
  return { offset, size };
}

function readBlock(file: Uint8Array, { offset, size }: Handle, budget: Budget): Generator<Entry> {
  if (offset + size + blockTrailerSize > file.length - footerSize)
    throw tensorflowError(
      `the index file has a block at ${offset}..${offset + size}, beyond its ${file.length} bytes.`,
    );
  const stored = file.subarray(offset, offset + size);
  const trailer = new ByteCursor(file, offset + size);
  const compression = trailer.uint8();
  if (trailer.uint32() !== maskedCrc32c(file.subarray(offset, offset + size + 1)))
    throw tensorflowError(`the checksum of the index file's block at byte ${offset} is wrong. The file is damaged.`);
  if (compression === compressions.none) return readEntries(stored, budget);
  if (compression !== compressions.snappy)
    throw tensorflowError(`the index file's block at byte ${offset} has unknown compression ${compression}.`);
  const unpacked = uncompressSnappy(stored, budget.unpackedBytes);
  budget.unpackedBytes -= unpacked.length;
  return readEntries(unpacked, budget);
}

/** Keys share a prefix with the previous key. The restart points at the end are only for searching. */
function* readEntries(block: Uint8Array, budget: Budget): Generator<Entry> {
  if (block.length < 4) throw tensorflowError("the index file has a block of less than four bytes.");
  const restarts = new ByteCursor(block, block.length - 4).uint32();
  const end = block.length - 4 - 4 * restarts;
  if (end < 0) throw tensorflowError("the index file has a block of more restart points than bytes.");
  const input = new ByteCursor(block.subarray(0, end));
  let key: Uint8Array = new Uint8Array(0);
  while (input.left > 0) {
    const [shared, unshared, size] = [readVarint(input), readVarint(input), readVarint(input)];
    if (shared === undefined || unshared === undefined || size === undefined || shared > key.length)
      throw tensorflowError("the index file has a damaged key.");
    budget.keyBytes -= shared + unshared;
    if (budget.keyBytes < 0) throw tensorflowError("the keys of the index file are longer than in a valid file.");
    const rest = input.take(unshared);
    const next = new Uint8Array(shared + unshared);
    next.set(key.subarray(0, shared));
    next.set(rest, shared);
    yield [(key = next), input.take(size)];
  }
}
