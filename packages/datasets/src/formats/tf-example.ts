/** A feature's values: strings as bytes, floats, or whole numbers. */
export type TfFeature = Uint8Array[] | Float32Array | number[];

/** A `tf.train.Example`. */
export type TfExample = Record<string, TfFeature>;

interface Field {
  readonly number: number;
  /** A varint's value, or a field's bytes. */
  readonly value: bigint | Uint8Array;
}

/**
 * Decodes a `tf.train.Example` (tensorflow/core/example/feature.proto), its lists packed or not. A feature without a
 * kind is an empty list. @throws RangeError on invalid bytes, and on whole numbers beyond 2^53
 */
export function decodeTfExample(record: Uint8Array): TfExample {
  const example: [string, TfFeature][] = [];
  for (const features of messages(record, 1)) {
    for (const entry of messages(features, 1)) {
      const [name] = messages(entry, 1);
      const [feature] = messages(entry, 2);
      example.push([
        name === undefined ? "" : new TextDecoder().decode(name),
        feature === undefined ? [] : valuesOf(feature),
      ]);
    }
  }
  return Object.fromEntries(example);
}

function valuesOf(feature: Uint8Array): TfFeature {
  const kinds = [...fieldsOf(feature)].filter(({ number }) => number >= 1 && number <= 3);
  const kind = kinds.at(-1); // the last field of a oneof counts
  if (kind === undefined) return [];
  const list = bytesOf(kind);
  if (kind.number === 1) return [...messages(list, 1)];
  const values = [...fieldsOf(list)].filter(({ number }) => number === 1);
  if (kind.number === 2) return Float32Array.from(values.flatMap((field) => floats(bytesOf(field))));
  return values.flatMap(({ value }) => (typeof value === "bigint" ? [value] : varints(value))).map(wholeNumber);
}

function floats(bytes: Uint8Array): number[] {
  if (bytes.length % 4 !== 0) throw new RangeError("a list of floats is truncated");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

function varints(bytes: Uint8Array): bigint[] {
  const values: bigint[] = [];
  for (let place = 0; place < bytes.length;) {
    const [value, end] = varint(bytes, place);
    values.push(value);
    place = end;
  }
  return values;
}

function wholeNumber(value: bigint): number {
  const number = Number(BigInt.asIntN(64, value));
  if (Number.isSafeInteger(number)) return number;
  throw new RangeError(`${BigInt.asIntN(64, value)} cannot be represented exactly in JavaScript`);
}

function* messages(bytes: Uint8Array, number: number): Generator<Uint8Array, void, undefined> {
  for (const field of fieldsOf(bytes)) if (field.number === number) yield bytesOf(field);
}

function bytesOf({ value }: Field): Uint8Array {
  if (typeof value === "bigint") throw new RangeError("a message was expected, got a number");
  return value;
}

/** The fields of a protocol buffer's message. */
function* fieldsOf(bytes: Uint8Array): Generator<Field, void, undefined> {
  for (let place = 0; place < bytes.length;) {
    const [key, start] = varint(bytes, place);
    const number = Number(key >> 3n);
    const type = Number(key & 7n);
    if (number === 0) throw new RangeError("a field has the number 0");
    if (type === 0) {
      const [value, end] = varint(bytes, start);
      yield { number, value };
      place = end;
      continue;
    }
    const [length, from] = type === 2 ? varint(bytes, start) : [type === 5 ? 4n : type === 1 ? 8n : -1n, start];
    const end = from + Number(length);
    if (length < 0n) throw new RangeError(`a field has the unknown type ${type}`);
    if (end > bytes.length) throw new RangeError("a field is longer than the record");
    yield { number, value: bytes.subarray(from, end) };
    place = end;
  }
}

function varint(bytes: Uint8Array, start: number): [value: bigint, end: number] {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) break;
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return [value, start + i + 1];
  }
  throw new RangeError("a number is truncated or too long");
}
