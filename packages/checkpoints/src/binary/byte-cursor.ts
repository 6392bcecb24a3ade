/** A read past the end of the bytes. The reader of the file turns it into an error about the file. */
export class OutOfBytes extends Error {
  constructor(wanted: number, left: number) {
    super(`expected ${wanted} more bytes, got ${left}`);
    this.name = "OutOfBytes";
  }
}

/** Reads little-endian numbers and byte ranges sequentially. Throws `OutOfBytes` past the end. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  position: number;

  constructor(bytes: Uint8Array, position = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
  }

  get left(): number {
    return this.#bytes.length - this.position;
  }

  /** The next bytes, as a view. */
  take(count: number): Uint8Array {
    const start = this.#skip(count);
    return this.#bytes.subarray(start, start + count);
  }

  uint8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#skip(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  /** A 64-bit count. One beyond 2^53 is inexact, but no length check accepts it. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#skip(8), true));
  }

  /** The bytes before a value; skips the value. */
  until(end: number): Uint8Array {
    const at = this.#bytes.indexOf(end, this.position);
    if (at < 0) throw new OutOfBytes(1, 0);
    const bytes = this.#bytes.subarray(this.position, at);
    this.position = at + 1;
    return bytes;
  }

  #skip(count: number): number {
    if (count > this.left) throw new OutOfBytes(count, this.left);
    const start = this.position;
    this.position += count;
    return start;
  }
}
