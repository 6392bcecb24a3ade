import { writeModel, type OnnxConstant } from "../../onnx/model.ts";
import type { NamedGraph } from "./name-values.ts";

/** Maximum size of a protobuf: 2 GiB less one byte. */
const protobufLimit = 2 ** 31 - 1;

/** Constants from this length on go to the external data file, if there is one, aligned to the second number. */
const externalBytes = 1024;
const alignment = 4096;

/** An exported model. */
export interface OnnxExport {
  /** The file: an ONNX ModelProto. */
  readonly model: Uint8Array;
  /**
   * With the option `externalData`: the content of the file of that name beside the model, as chunks to write in order.
   * Chunks are views of the weights: write them before the weights change.
   */
  readonly externalData?: { readonly location: string; readonly chunks: readonly Uint8Array[] };
}

export interface FileOptions {
  readonly opset: number;
  readonly customOperators: boolean;
  readonly externalData?: string | undefined;
}

/** @throws if the model is too large for one protobuf and `externalData` is not set */
export function writeFileParts(graph: NamedGraph, { opset, customOperators, externalData }: FileOptions): OnnxExport {
  const chunks: Uint8Array[] = [];
  const places = new Map<OnnxConstant, { location: string; offset: number }>();
  let offset = 0;
  const constants = [...graph.constants.values()];
  if (externalData !== undefined) {
    for (const constant of constants) {
      if (constant.bytes.length < externalBytes) continue;
      const padding = (alignment - (offset % alignment)) % alignment;
      if (padding > 0) chunks.push(new Uint8Array(padding));
      offset += padding;
      places.set(constant, { location: externalData, offset });
      chunks.push(constant.bytes);
      offset += constant.bytes.length;
    }
  }
  const operatorSets = new Map([["", opset], ...(customOperators ? [["com.microsoft", 1] as const] : [])]);
  const { nodes, inputs, outputs } = graph;
  const writer = writeModel(
    { nodes, constants, inputs, outputs },
    { operatorSets, placeOf: (constant) => places.get(constant) },
  );
  if (writer.size > protobufLimit)
    throw new Error(
      `exportOnnx: the model has ${writer.size} bytes, and an ONNX file can have at most ${protobufLimit}. Write the weights to a separate file with { externalData: "model.onnx_data" }.`,
    );
  const bytes = writer.bytes();
  const model = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice(); // avoids a second copy in memory
  return externalData === undefined ? { model } : { model, externalData: { location: externalData, chunks } };
}
