import { ByteCursor } from "../binary/byte-cursor.ts";
import { maskedCrc32c } from "../binary/crc-32.ts";
import { readVarint } from "../binary/varint.ts";
import { shown } from "../shown.ts";
import { tensorflowError } from "./tensorflow-error.ts";

/**
 * The string of a stored scalar string tensor: its length as a varint, the masked CRC-32C of the length in four bytes,
 * and the string (tensor_bundle.cc, `WriteStringTensor`).
 */
export function stringOfTensor(name: string, stored: Uint8Array, crc: number): Uint8Array {
  const input = new ByteCursor(stored);
  const length = readVarint(input);
  if (length === undefined || length !== input.left - 4)
    throw tensorflowError(`${shown(name)} has ${stored.length} bytes, which does not match the length of its string.`);
  const checked = new Uint8Array(8 + length);
  new DataView(checked.buffer).setUint32(0, length, true);
  const lengthCrc = input.take(4);
  checked.set(lengthCrc, 4);
  const text = input.take(length);
  checked.set(text, 8);
  if (new ByteCursor(lengthCrc).uint32() !== maskedCrc32c(checked.subarray(0, 4)) || maskedCrc32c(checked) !== crc)
    throw tensorflowError(`the checksum of ${shown(name)} is wrong. The file is damaged.`);
  return text;
}
