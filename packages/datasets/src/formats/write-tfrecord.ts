import { shown } from "@bertkit/checks";
import { maskedCrc32c } from "./crc32c.ts";

/**
 * A record of a TFRecord file: its length, its bytes, and the masked CRC-32C of each. A file is a sequence of records,
 * so files can be concatenated.
 */
export function tfrecord(record: Uint8Array): Uint8Array {
  if (!(record instanceof Uint8Array))
    throw new TypeError(`tfrecord: record must be a Uint8Array, got ${shown(record)}. Pass bytes of encodeTfExample.`);
  const framed = new Uint8Array(record.length + 16);
  const view = new DataView(framed.buffer);
  view.setUint32(0, record.length, true);
  view.setUint32(4, Math.floor(record.length / 2 ** 32), true);
  view.setUint32(8, maskedCrc32c(framed.subarray(0, 8)), true);
  framed.set(record, 12);
  view.setUint32(record.length + 12, maskedCrc32c(record), true);
  return framed;
}
