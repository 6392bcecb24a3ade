import { maskedCrc32c } from "../binary/crc-32.ts";
import { varint } from "../binary/varint.ts";

// Hand-assembled string tables, for content that TensorFlow would not write.

/** The entries of a block (length of the shared key prefix, rest of the key, value) and its restart points. */
export function blockBytes(
  entries: readonly (readonly [shared: number, rest: readonly number[], value: readonly number[]])[],
  restarts = 0,
): Uint8Array {
  const tail = new Uint8Array(4 * restarts + 4);
  new DataView(tail.buffer).setUint32(4 * restarts, restarts, true);
  const parts = entries.map(([shared, rest, value]) =>
    Uint8Array.from([...varint(shared), ...varint(rest.length), ...varint(value.length), ...rest, ...value]),
  );
  return new Uint8Array(Buffer.concat([...parts, tail]));
}

/** A block in a file, with its compression type and checksum. */
export function storedBlock(block: Uint8Array, compression = 0): Uint8Array {
  const stored = new Uint8Array(block.length + 5);
  stored.set(block);
  stored[block.length] = compression;
  new DataView(stored.buffer).setUint32(block.length + 1, maskedCrc32c(stored.subarray(0, -4)), true);
  return stored;
}

/** A table of consecutive data blocks, and the entries of its index block. */
export function tableBytes(
  blocks: readonly Uint8Array[],
  handles: readonly (readonly [offset: number, size: number])[],
): Uint8Array {
  const number = (i: number): number[] => [i >>> 24, (i >>> 16) & 255, (i >>> 8) & 255, i & 255];
  const index = storedBlock(
    blockBytes(handles.map(([offset, size], i) => [0, number(i), [...varint(offset), ...varint(size)]])),
  );
  const data = Buffer.concat(blocks);
  const footer = new Uint8Array(48);
  footer.set([0, 0, ...varint(data.length), ...varint(index.length - 5)]);
  footer.set([0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb], 40);
  return new Uint8Array(Buffer.concat([data, index, footer]));
}

/** A header of one shard, the first entry of a table. */
export const tableHeader: readonly [number, readonly number[], readonly number[]] = [0, [], [8, 1]];
