import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Source } from "./source.ts";
import type { TensorType } from "./types.ts";

/** A quantized matrix: a value is (byte − 128) · scale. */
export interface QuantizedSource {
  /** uint8 [rows, columns] */
  readonly bytes: Source;
  /** float32 [rows] or [columns] */
  readonly scales: Source;
  /** 0: a scale for each row; 1: for each column. */
  readonly axis: 0 | 1;
}

/** The dataId of a numeric tensor. Its clones and reshapes share it. */
export class Data {
  source: Source;
  readonly type: TensorType;
  /** Number of tensors that refer to it. */
  references = 1;
  /** The value of every element, if they are known to be equal. */
  fill: number | undefined = undefined;
  /** The smaller tensor that this is a broadcast of. */
  broadcastOf: Source | undefined = undefined;
  broadcastType: TensorType | undefined = undefined;
  /** The table that it is in; undefined if it is no tensor's, only for recording. */
  table: object | undefined = undefined;
  /** The bytes and scales of a quantized matrix; `source` then has no values. */
  quantized: QuantizedSource | undefined = undefined;

  constructor(source: Source, type: TensorType) {
    this.source = source;
    this.type = type;
  }

  /** Everything whose memory this data uses. */
  get sources(): Source[] {
    return this.quantized === undefined ? [this.source] : [this.source, this.quantized.bytes, this.quantized.scales];
  }
}

/** A source as a kernel's input, only for recording: it is not counted as a tensor, and must not be disposed. */
export function temporaryInfo(source: Source, type: TensorType): TensorInfo {
  return { dataId: new Data(source, type), shape: type.shape as number[], dtype: type.dtype };
}

/** The dataId of a string or complex tensor. These are never part of a graph; CPU kernels compute with them. */
export class PlainData {
  readonly shape: readonly number[];
  readonly strings: Uint8Array[] | undefined;
  readonly parts: { readonly real: Data; readonly imaginary: Data } | undefined;
  /** The table that it is in. */
  table: object | undefined = undefined;
  references = 1;

  constructor(shape: readonly number[], content: Uint8Array[] | { real: Data; imaginary: Data }) {
    this.shape = shape;
    this.strings = Array.isArray(content) ? content : undefined;
    this.parts = Array.isArray(content) ? undefined : content;
  }

  get dtype(): "string" | "complex64" {
    return this.parts === undefined ? "string" : "complex64";
  }
}
