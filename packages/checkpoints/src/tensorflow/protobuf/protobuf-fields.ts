import { ByteCursor } from "../../binary/byte-cursor.ts";
import { readVarint } from "../../binary/varint.ts";
import { tensorflowError } from "../tensorflow-error.ts";

/** A field of a protocol buffer message: a number, or the bytes of a string or message. */
export interface ProtobufField {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/**
 * The fields of a message in order (protobuf.dev, "Encoding"). Negative numbers become NaN: no field used here has any.
 */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField> {
  const input = new ByteCursor(message);
  while (input.left > 0) {
    const tag = readVarint(input) ?? 0;
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { number, value: readVarint(input) ?? NaN };
        break;
      case 1:
        yield { number, value: input.uint64() };
        break;
      case 2:
        yield { number, value: input.take(readVarint(input) ?? Infinity) };
        break;
      case 5:
        yield { number, value: input.uint32() };
        break;
      default:
        throw tensorflowError("a record of the checkpoint is damaged.");
    }
  }
}

export function numberOf({ value }: ProtobufField): number {
  return typeof value === "number" ? value : NaN;
}

export function bytesOf({ value }: ProtobufField): Uint8Array {
  if (typeof value === "number") throw tensorflowError("a record of the checkpoint is damaged.");
  return value;
}

export function textOf(field: ProtobufField): string {
  return new TextDecoder().decode(bytesOf(field));
}
