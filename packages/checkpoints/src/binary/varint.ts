import type { ByteCursor } from "./byte-cursor.ts";

/** Reads a varint of up to 64 bits, least significant group first. Undefined beyond 2^53 or ten bytes. */
export function readVarint(input: ByteCursor): number | undefined {
  let value = 0;
  for (let scale = 1, length = 0; length < 10; scale *= 128, length++) {
    const byte = input.uint8();
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return Number.isSafeInteger(value) ? value : undefined;
  }
  return undefined;
}

/** Encodes a count up to 2^53 as a varint. */
export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return bytes;
}
