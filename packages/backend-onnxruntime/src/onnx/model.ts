import { ProtobufWriter } from "./protobuf-writer.ts";

/** Element types of ONNX tensors that this backend uses, as TensorProto.DataType numbers them. */
export type OnnxType = "float32" | "uint8" | "int32" | "int64" | "bool" | "float16" | "bfloat16";

/** An attribute's value: a number is a FLOAT if wrapped, an INT if plain. */
export type Attribute = number | { readonly float: number } | string | readonly number[];

export interface OnnxNode {
  readonly op: string;
  /** Only for readers, tools and ONNX Runtime's messages. */
  readonly name?: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  /** A dimension that is a string has that name, and its length is only known in a run. */
  readonly shape: readonly (number | string)[];
}

/** A constant inside the model: small values such as axes and shapes, and in an export the weights. */
export interface OnnxConstant {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly constants: readonly OnnxConstant[];
}

const typeNumbers: Record<OnnxType, number> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
};

/** The standard operator set the graphs are written in: the first with Gelu. */
export const operatorSet = 20;

export interface ModelOptions {
  /** Versions of the operator sets by domain; the standard one is "". */
  readonly operatorSets: ReadonlyMap<string, number>;
  /** The external file with a constant's bytes, and their offset; undefined if the bytes are inside the model. */
  readonly placeOf?: (constant: OnnxConstant) => { readonly location: string; readonly offset: number } | undefined;
}

const forThisBackend: ModelOptions = {
  operatorSets: new Map([
    ["", operatorSet],
    ["com.microsoft", 1],
  ]),
};

/** The minimum file format version for an operator set (ONNX, Versioning.md). */
function formatVersion(operators: number): number {
  return operators >= 19 ? 9 : 8;
}

/** Serializes a graph as an ONNX ModelProto (field numbers of onnx.proto3). */
export function serializeModel(graph: OnnxGraph, options: ModelOptions = forThisBackend): Uint8Array {
  return writeModel(graph, options).bytes().slice();
}

/** The same, as a writer whose bytes are not yet joined. */
export function writeModel(graph: OnnxGraph, { operatorSets, placeOf }: ModelOptions): ProtobufWriter {
  const writer = new ProtobufWriter();
  writer.integer(1, formatVersion(operatorSets.get("")!));
  writer.string(2, "bertkit");
  writer.message(7, (inner) => writeGraph(inner, graph, placeOf));
  for (const [domain, version] of operatorSets) {
    writer.message(8, (set) => {
      set.string(1, domain);
      set.integer(2, version);
    });
  }
  return writer;
}

function writeGraph(writer: ProtobufWriter, graph: OnnxGraph, placeOf: ModelOptions["placeOf"]): void {
  for (const node of graph.nodes) writer.message(1, (inner) => writeNode(inner, node));
  writer.string(2, "graph");
  for (const constant of graph.constants) {
    writer.message(5, (inner) => {
      inner.integers(1, constant.shape);
      inner.integer(2, typeNumbers[constant.type]);
      inner.string(8, constant.name);
      const place = placeOf?.(constant);
      if (place === undefined) inner.raw(9, constant.bytes);
      else writePlace(inner, place.location, place.offset, constant.bytes.length);
    });
  }
  for (const value of graph.inputs) writer.message(11, (inner) => writeValue(inner, value));
  for (const value of graph.outputs) writer.message(12, (inner) => writeValue(inner, value));
}

/** TensorProto.external_data and data_location EXTERNAL. */
function writePlace(writer: ProtobufWriter, location: string, offset: number, length: number): void {
  for (const [key, value] of Object.entries({ location, offset, length })) {
    writer.message(13, (entry) => {
      entry.string(1, key);
      entry.string(2, String(value));
    });
  }
  writer.integer(14, 1);
}

function writeNode(writer: ProtobufWriter, node: OnnxNode): void {
  for (const name of node.inputs) writer.string(1, name);
  for (const name of node.outputs) writer.string(2, name);
  if (node.name !== undefined && node.name !== "") writer.string(3, node.name);
  writer.string(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    writer.message(5, (inner) => writeAttribute(inner, name, value));
  }
  if (node.domain !== "") writer.string(7, node.domain);
}

function writeAttribute(writer: ProtobufWriter, name: string, value: Attribute): void {
  writer.string(1, name);
  if (typeof value === "number") {
    writer.integer(3, value);
    writer.integer(20, 2);
  } else if (typeof value === "string") {
    writer.string(4, value);
    writer.integer(20, 3);
  } else if ("float" in value) {
    writer.float(2, value.float);
    writer.integer(20, 1);
  } else {
    writer.integers(8, value);
    writer.integer(20, 7);
  }
}

function writeValue(writer: ProtobufWriter, value: OnnxValue): void {
  writer.string(1, value.name);
  writer.message(2, (type) => {
    type.message(1, (tensor) => {
      tensor.integer(1, typeNumbers[value.type]);
      tensor.message(2, (shape) => {
        for (const size of value.shape) {
          shape.message(1, (dimension) =>
            typeof size === "string" ? dimension.string(2, size) : dimension.integer(1, size),
          );
        }
      });
    });
  });
}
