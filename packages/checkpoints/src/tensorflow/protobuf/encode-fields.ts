import { varint } from "../../binary/varint.ts";

/** A varint field; the default, 0, is omitted. */
export function countField(number: number, value: number): number[] {
  return value === 0 ? [] : [number << 3, ...varint(value)];
}

/** A field with a nested message. */
export function messageField(number: number, message: readonly number[]): number[] {
  return [(number << 3) | 2, ...varint(message.length), ...message];
}

/** A fixed 32-bit field. */
export function fixed32Field(number: number, value: number): number[] {
  return [(number << 3) | 5, value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
}
