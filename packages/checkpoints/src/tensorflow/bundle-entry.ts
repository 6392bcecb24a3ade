import { countField, fixed32Field, messageField } from "./protobuf/encode-fields.ts";
import { bytesOf, numberOf, protobufFields } from "./protobuf/protobuf-fields.ts";
import { shown } from "../shown.ts";
import { tensorflowError } from "./tensorflow-error.ts";

// tensorflow/core/protobuf/tensor_bundle.proto: the header of the index, and the entry of each tensor.

export interface BundleHeader {
  readonly shards: number;
}

export interface BundleEntry {
  /** TensorFlow's number of the data type. */
  readonly type: number;
  readonly shape: readonly number[];
  readonly shard: number;
  readonly offset: number;
  readonly size: number;
  /** Masked CRC-32C of the tensor's bytes. */
  readonly crc: number;
  /** Whether it is a partitioned variable, whose parts have their own entries. */
  readonly partitioned: boolean;
}

export function parseBundleHeader(bytes: Uint8Array): BundleHeader {
  let shards = 0;
  for (const field of protobufFields(bytes)) {
    if (field.number === 1) shards = numberOf(field);
    if (field.number === 2 && numberOf(field) !== 0) throw tensorflowError("the checkpoint is big-endian.");
  }
  if (!isCount(shards) || shards === 0 || shards > 99_999)
    throw tensorflowError(`the checkpoint claims ${shards} shards.`);
  return { shards };
}

export function parseBundleEntry(name: string, bytes: Uint8Array): BundleEntry {
  const entry = { type: 0, shape: [] as number[], shard: 0, offset: 0, size: 0, crc: 0, partitioned: false };
  for (const field of protobufFields(bytes)) {
    if (field.number === 1) entry.type = numberOf(field);
    else if (field.number === 2) entry.shape = parseShape(bytesOf(field));
    else if (field.number === 3) entry.shard = numberOf(field);
    else if (field.number === 4) entry.offset = numberOf(field);
    else if (field.number === 5) entry.size = numberOf(field);
    else if (field.number === 6) entry.crc = numberOf(field);
    else if (field.number === 7) entry.partitioned = true;
  }
  if (![entry.shard, entry.offset, entry.size, ...entry.shape].every(isCount))
    throw tensorflowError(`${shown(name)} has an invalid shape or offset.`);
  return entry;
}

export function encodeBundleHeader({ shards }: BundleHeader): Uint8Array {
  return Uint8Array.from([...countField(1, shards), ...messageField(3, countField(1, 1))]);
}

export function encodeBundleEntry({ type, shape, shard, offset, size, crc }: BundleEntry): Uint8Array {
  return Uint8Array.from([
    ...countField(1, type),
    ...messageField(
      2,
      shape.flatMap((length) => messageField(2, length === 0 ? [8, 0] : countField(1, length))),
    ),
    ...countField(3, shard),
    ...countField(4, offset),
    ...countField(5, size),
    ...fixed32Field(6, crc),
  ]);
}

function parseShape(bytes: Uint8Array): number[] {
  const shape: number[] = [];
  for (const field of protobufFields(bytes)) {
    if (field.number !== 2) continue;
    let length = 0;
    for (const inner of protobufFields(bytesOf(field))) if (inner.number === 1) length = numberOf(inner);
    shape.push(length);
  }
  return shape;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
