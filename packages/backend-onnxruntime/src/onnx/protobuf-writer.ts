const text: TextEncoder = new TextEncoder();

/** Byte fields from this length on are kept by reference until the end, and copied only once. */
const large = 65_536;

/** A long byte field that is inserted before the buffer's byte `at`. */
interface Segment {
  at: number;
  readonly bytes: Uint8Array;
}

/** Writes the few protobuf wire types that ONNX models use, into one growing buffer. */
export class ProtobufWriter {
  #bytes: Uint8Array = new Uint8Array(1024);
  #view: DataView = new DataView(this.#bytes.buffer);
  #length = 0;
  readonly #segments: Segment[] = [];
  #segmentBytes = 0;

  /** The length of `bytes()`. */
  get size(): number {
    return this.#length + this.#segmentBytes;
  }

  /** The bytes written so far; may be a view that is valid until the next write. */
  bytes(): Uint8Array {
    const written = this.#bytes.subarray(0, this.#length);
    if (this.#segments.length === 0) return written;
    const all = new Uint8Array(this.size);
    let from = 0;
    let to = 0;
    for (const { at, bytes } of this.#segments) {
      all.set(written.subarray(from, at), to);
      to += at - from;
      all.set(bytes, to);
      to += bytes.length;
      from = at;
    }
    all.set(written.subarray(from), to);
    return all;
  }

  /** int32, int64, enum: a varint field; negative values take ten bytes as the format demands. */
  integer(field: number, value: number): void {
    this.#varint(field * 8);
    this.#varint(value);
  }

  float(field: number, value: number): void {
    this.#varint(field * 8 + 5);
    this.#reserve(4);
    this.#view.setFloat32(this.#length, value, true);
    this.#length += 4;
  }

  string(field: number, value: string): void {
    this.raw(field, text.encode(value));
  }

  /** A bytes field. Long fields must not change before `bytes` is called. */
  raw(field: number, value: Uint8Array): void {
    this.#varint(field * 8 + 2);
    this.#varint(value.length);
    if (value.length >= large) {
      this.#segments.push({ at: this.#length, bytes: value });
      this.#segmentBytes += value.length;
      return;
    }
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** A packed repeated varint field. */
  integers(field: number, values: readonly number[]): void {
    this.message(field, (inner) => {
      for (const value of values) inner.#varint(value);
    });
  }

  /** A sub-message: written in place, then moved up by the size of its length prefix. */
  message(field: number, write: (inner: ProtobufWriter) => void): void {
    this.#varint(field * 8 + 2);
    const start = this.#length;
    const sizeBefore = this.size;
    const segmentsBefore = this.#segments.length;
    write(this);
    const size = this.size - sizeBefore;
    const written = this.#length - start;
    let prefix = 1;
    for (let rest = size; rest > 127; rest = Math.floor(rest / 128)) prefix++;
    this.#reserve(prefix);
    this.#bytes.copyWithin(start + prefix, start, start + written);
    for (const segment of this.#segments.slice(segmentsBefore)) segment.at += prefix;
    this.#length = start;
    this.#varint(size);
    this.#length = start + prefix + written;
  }

  #varint(value: number): void {
    this.#reserve(10);
    if (value < 0) {
      let rest = BigInt.asUintN(64, BigInt(value));
      for (; rest > 127n; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 127n) | 128;
      this.#bytes[this.#length++] = Number(rest);
      return;
    }
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#bytes[this.#length++] = (rest % 128) | 128;
    this.#bytes[this.#length++] = rest;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
