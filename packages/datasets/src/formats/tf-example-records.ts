import { maskedCrc32c } from "./crc32c.ts";
import { encodedTfExample, type TfFeatureValues } from "./encode-tf-example.ts";

/** Concatenated records. */
export interface RecordBytes {
  readonly bytes: Uint8Array;
  /** The end of each record, [records]. */
  readonly ends: Int32Array;
}

/** Concatenates TFRecords of many tf.Examples in one array, which is faster than an array for each. */
export class TfExampleRecords {
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;
  #ends: number[] = [];

  /** Adds an example. @throws RangeError as `encodeTfExample` does */
  add(features: Readonly<Record<string, TfFeatureValues>>): void {
    const record = encodedTfExample(features);
    const start = this.#end;
    const end = start + record.length + 16;
    if (end > this.#bytes.length) this.#grow(end);
    this.#view.setUint32(start, record.length, true);
    this.#view.setUint32(start + 4, 0, true);
    this.#view.setUint32(start + 8, maskedCrc32c(this.#bytes, start, start + 8), true);
    this.#bytes.set(record, start + 12);
    this.#view.setUint32(end - 4, maskedCrc32c(this.#bytes, start + 12, end - 4), true);
    this.#end = end;
    this.#ends.push(end);
  }

  /** The records that were added since the last call. */
  take(): RecordBytes {
    const taken = { bytes: this.#bytes.slice(0, this.#end), ends: Int32Array.from(this.#ends) };
    this.#end = 0;
    this.#ends = [];
    return taken;
  }

  #grow(bytes: number): void {
    const larger = new Uint8Array(Math.max(bytes, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
