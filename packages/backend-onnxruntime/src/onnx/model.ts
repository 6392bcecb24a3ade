import { ProtobufWriter } from "./protobuf-writer.ts";

/** Element types of ONNX tensors that this backend uses, as TensorProto.DataType numbers them. */
export type OnnxType = "float32" | "int32" | "int64" | "bool" | "bfloat16";

/** An attribute's value: a number is a FLOAT when wrapped, an INT when plain. */
export type Attribute = number | { readonly float: number } | string | readonly number[];

export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
}

/** A constant inside the model: attribute-like small things such as axes and shapes. */
export interface OnnxConstant extends OnnxValue {
  readonly bytes: Uint8Array;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly constants: readonly OnnxConstant[];
}

const typeNumbers: Record<OnnxType, number> = { float32: 1, int32: 6, int64: 7, bool: 9, bfloat16: 16 };

/** The standard operator set the graphs are written in: the first with Gelu. */
const operatorSet = 20;

/** Serialises a graph as an ONNX ModelProto (field numbers of onnx.proto3). */
export function serializeModel(graph: OnnxGraph): Uint8Array {
  const writer = new ProtobufWriter();
  writer.integer(1, 9);
  writer.string(2, "bertkit");
  writer.message(7, (inner) => writeGraph(inner, graph));
  for (const [domain, version] of [
    ["", operatorSet],
    ["com.microsoft", 1],
  ] as const) {
    writer.message(8, (set) => {
      set.string(1, domain);
      set.integer(2, version);
    });
  }
  return writer.bytes().slice();
}

function writeGraph(writer: ProtobufWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) writer.message(1, (inner) => writeNode(inner, node));
  writer.string(2, "graph");
  for (const constant of graph.constants) {
    writer.message(5, (inner) => {
      inner.integers(1, constant.shape);
      inner.integer(2, typeNumbers[constant.type]);
      inner.string(8, constant.name);
      inner.raw(9, constant.bytes);
    });
  }
  for (const value of graph.inputs) writer.message(11, (inner) => writeValue(inner, value));
  for (const value of graph.outputs) writer.message(12, (inner) => writeValue(inner, value));
}

function writeNode(writer: ProtobufWriter, node: OnnxNode): void {
  for (const name of node.inputs) writer.string(1, name);
  for (const name of node.outputs) writer.string(2, name);
  if (node.name !== "") writer.string(3, node.name);
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
        for (const size of value.shape) shape.message(1, (dimension) => dimension.integer(1, size));
      });
    });
  });
}
