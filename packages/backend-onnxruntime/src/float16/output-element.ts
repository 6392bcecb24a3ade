import type { OnnxNode, OnnxType } from "../onnx/model.ts";

const truths: ReadonlySet<string> = new Set([
  "And",
  "Equal",
  "Greater",
  "GreaterOrEqual",
  "IsInf",
  "IsNaN",
  "Less",
  "LessOrEqual",
  "Not",
  "Or",
]);

/** The TensorProto.DataType numbers that Cast has as `to`. */
const castTypes: Readonly<Record<number, OnnxType>> = {
  1: "float32",
  2: "uint8",
  6: "int32",
  7: "int64",
  9: "bool",
  10: "float16",
  16: "bfloat16",
};

/**
 * The element type of a node's output, for every operator in `operators`.
 *
 * @param place the output's index
 * @param typeOf the element type of a value that the node reads
 */
export function outputElement(
  { op, inputs, attributes }: OnnxNode,
  place: number,
  typeOf: (name: string) => OnnxType,
): OnnxType {
  if (op === "Cast") return castTypes[attributes["to"] as number]!;
  if (truths.has(op)) return "bool";
  if (op === "ArgMax" || op === "ArgMin" || (op === "TopK" && place === 1)) return "int64";
  return typeOf(inputs[op === "Where" || op === "DequantizeLinear" ? 1 : 0]!);
}
