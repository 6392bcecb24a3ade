import { maskedCrc32c } from "../binary/crc-32.ts";
import { ByteCursor } from "../binary/byte-cursor.ts";
import { readVarint } from "../binary/varint.ts";

/** Recomputes the checksums of a table's blocks, as far as they can be found. */
export function withCorrectChecksums(table: Uint8Array): Uint8Array {
  const fixed = table.slice();
  try {
    const footer = new ByteCursor(fixed, fixed.length - 48);
    fix(fixed, footer);
    const [offset, size] = fix(fixed, footer);
    const index = new ByteCursor(fixed.subarray(offset, offset + size));
    readVarint(index);
    const [unshared] = [readVarint(index), readVarint(index)];
    index.take(unshared ?? 0);
    fix(fixed, index);
  } catch {
    // No longer a table: nothing to correct.
  }
  return fixed;
}

function fix(table: Uint8Array, handle: ByteCursor): [number, number] {
  const [offset, size] = [readVarint(handle) ?? 0, readVarint(handle) ?? 0];
  const crc = maskedCrc32c(table.subarray(offset, offset + size + 1));
  new DataView(table.buffer).setUint32(offset + size + 1, crc, true);
  return [offset, size];
}
