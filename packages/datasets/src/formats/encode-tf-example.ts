import { checkArray, checkObject } from "@bertkit/checks";
/** A feature to write: whole numbers of at most 53 bits, floats, or strings. */
export type TfFeatureValues = Int32Array | Float32Array | readonly number[] | readonly (string | Uint8Array)[];

/**
 * Encodes a `tf.train.Example` (tensorflow/core/example/feature.proto) with its features in the given order and its
 * lists packed. A Float32Array becomes floats; an Int32Array, or an array of numbers, becomes whole numbers, also if
 * empty.
 *
 * @throws RangeError on a number that is not whole, or beyond 2^53
 */
export function encodeTfExample(features: Readonly<Record<string, TfFeatureValues>>): Uint8Array {
  return encodedTfExample(features).slice();
}

/** The same, in memory that the next call overwrites. */
export function encodedTfExample(features: Readonly<Record<string, TfFeatureValues>>): Uint8Array {
  checkObject("encodeTfExample", "features", features, "an object of lists by name");
  const writer = shared;
  writer.clear();
  const names = Object.keys(features);
  for (let i = names.length - 1; i >= 0; i--) {
    const name = names[i]!;
    const entry = writer.mark();
    const feature = writer.mark();
    const list = writer.mark();
    checkArray("encodeTfExample", name.slice(0, 60), features[name], "numbers, texts or bytes");
    const kind = writeList(writer, name, features[name]!);
    writer.head(kind, list);
    writer.head(2, feature);
    const key = writer.mark();
    writer.prepend(keyOf(name));
    writer.head(1, key);
    writer.head(1, entry);
  }
  writer.head(1, 0);
  return writer.bytes();
}

/** Writes a feature's list and returns its kind, which is the field's number. */
function writeList(writer: BackwardWriter, name: string, values: TfFeatureValues): 1 | 2 | 3 {
  if (values instanceof Float32Array) {
    const start = writer.mark();
    for (let i = values.length - 1; i >= 0; i--) writer.float(values[i]!);
    writer.head(1, start);
    return 2;
  }
  if (typeof values[0] === "string" || values[0] instanceof Uint8Array) {
    for (let i = values.length - 1; i >= 0; i--) {
      const text = values[i] as string | Uint8Array;
      if (typeof text !== "string" && !(text instanceof Uint8Array))
        throw new TypeError(
          `encodeTfExample: ${name.slice(0, 60)}[${i}] must be a text or bytes, as the first is, got ${String(text)}. Leave it out, or pass "".`,
        );
      const start = writer.mark();
      writer.prepend(typeof text === "string" ? encoder.encode(text) : text);
      writer.head(1, start);
    }
    return 1;
  }
  const numbers = values as ArrayLike<number>;
  const start = writer.mark();
  if (values instanceof Int32Array) {
    writer.varints(values);
    writer.head(1, start);
    return 3;
  }
  for (let i = numbers.length - 1; i >= 0; i--) {
    const value = numbers[i]!;
    if (!Number.isSafeInteger(value))
      throw new RangeError(
        `encodeTfExample: ${name.slice(0, 60)}[${i}] must be a whole number of at most 53 bits, got ${String(value)}. Pass floats as a Float32Array.`,
      );
    writer.varint(value);
  }
  writer.head(1, start);
  return 3;
}

const encoder = new TextEncoder();
const keys = new Map<string, Uint8Array>();

/** The bytes of a feature's name, cached because names repeat. */
function keyOf(name: string): Uint8Array {
  let key = keys.get(name);
  if (key === undefined) {
    key = encoder.encode(name);
    if (keys.size < 1000) keys.set(name, key);
  }
  return key;
}

/**
 * Writes a protocol buffer from its end backwards, so that each message's length is known before its prefix is written.
 */
class BackwardWriter {
  #bytes = new Uint8Array(1 << 14);
  #view = new DataView(this.#bytes.buffer);
  /** Start of the written bytes. */
  #start = this.#bytes.length;

  clear(): void {
    this.#start = this.#bytes.length;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(this.#start);
  }

  /** Number of bytes written; pass it to `head` for a message that ends here. */
  mark(): number {
    return this.#bytes.length - this.#start;
  }

  /** Writes the key and length of a bytes field that consists of everything written since a mark. */
  head(field: number, mark: number): void {
    this.varint(this.mark() - mark);
    this.#reserve(1);
    this.#bytes[--this.#start] = (field << 3) | 2;
  }

  prepend(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#start -= bytes.length;
    this.#bytes.set(bytes, this.#start);
  }

  float(value: number): void {
    this.#reserve(4);
    this.#start -= 4;
    this.#view.setFloat32(this.#start, value, true);
  }

  varint(value: number): void {
    this.#reserve(10);
    if (value >= 0 && value < 128) this.#bytes[--this.#start] = value;
    else if (value >= 0 && value < 16384) {
      this.#bytes[--this.#start] = value >>> 7;
      this.#bytes[--this.#start] = (value & 127) | 128;
    } else if (value >= 0 && value < 2097152) {
      this.#bytes[--this.#start] = value >>> 14;
      this.#bytes[--this.#start] = ((value >>> 7) & 127) | 128;
      this.#bytes[--this.#start] = (value & 127) | 128;
    } else this.#long(BigInt.asUintN(64, BigInt(value)));
  }

  /** The same without checks, for many numbers. */
  varints(values: Int32Array): void {
    this.#reserve(10 * values.length);
    const bytes = this.#bytes;
    let start = this.#start;
    for (let i = values.length - 1; i >= 0; i--) {
      const value = values[i]!;
      if (value >= 0 && value < 128) bytes[--start] = value;
      else if (value >= 0 && value < 16384) {
        bytes[--start] = value >>> 7;
        bytes[--start] = (value & 127) | 128;
      } else {
        this.#start = start;
        this.varint(value);
        start = this.#start;
      }
    }
    this.#start = start;
  }

  #long(value: bigint): void {
    const written: number[] = [];
    let rest = value;
    for (; rest >= 128n; rest >>= 7n) written.push(Number(rest & 127n) | 128);
    written.push(Number(rest));
    for (const byte of written.toReversed()) this.#bytes[--this.#start] = byte;
  }

  #reserve(bytes: number): void {
    if (this.#start >= bytes) return;
    const larger = new Uint8Array(2 * this.#bytes.length + bytes);
    const start = larger.length - this.mark();
    larger.set(this.#bytes.subarray(this.#start), start);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
    this.#start = start;
  }
}

const shared = new BackwardWriter();
