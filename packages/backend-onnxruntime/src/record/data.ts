import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Source } from "./source.ts";
import type { TensorType } from "./types.ts";

/** A matrix as bytes: (byte − 128) · scale. */
export interface QuantizedSource {
  /** uint8 [rows, columns] */
  readonly bytes: Source;
  /** float32, one for each place of `axis` */
  readonly scales: Source;
  /** 0: a scale for each row; 1: for each column. */
  readonly axis: 0 | 1;
}

/** What a numeric tensor's dataId is. Its clones and reshapes share it. */
export class Data {
  source: Source;
  readonly type: TensorType;
  /** Tensors that refer to it. */
  references = 1;
  /** Every element has this value, when known. */
  fill: number | undefined = undefined;
  /** It is this smaller tensor, repeated by broadcasting. */
  broadcastOf: Source | undefined = undefined;
  broadcastType: TensorType | undefined = undefined;
  /** Its numbers, where they are kept as bytes; then the source has none. */
  quantized: QuantizedSource | undefined = undefined;

  constructor(source: Source, type: TensorType) {
    this.source = source;
    this.type = type;
  }
}

/** A source as a kernel's input, for recording alone: it counts as no tensor, and nobody may dispose it. */
export function temporaryInfo(source: Source, type: TensorType): TensorInfo {
  return { dataId: new Data(source, type), shape: type.shape as number[], dtype: type.dtype };
}

/** What a string or complex tensor's dataId is. These never enter a graph; CPU kernels work on them. */
export class PlainData {
  readonly shape: readonly number[];
  readonly strings: Uint8Array[] | undefined;
  readonly parts: { readonly real: Data; readonly imaginary: Data } | undefined;
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
