import type { GraphBuilder } from "../onnx/graph-builder.ts";
import type { Operator } from "../onnx/operators.ts";

const operators: Record<string, Operator | undefined> = { relu: "Relu", elu: "Elu", sigmoid: "Sigmoid" };

/** The activation at the end of a fused kernel, by tfjs's names; "linear" adds nothing. */
export function emitActivation(
  graph: GraphBuilder,
  activation: string,
  x: string,
  slope: string,
  alpha: number,
  y: string,
): void {
  const op = operators[activation];
  if (op !== undefined) graph.op(op, [x], {}, y);
  else if (activation === "relu6") graph.op("Clip", [x, graph.float(0), graph.float(6)], {}, y);
  else if (activation === "leakyrelu") graph.op("LeakyRelu", [x], { alpha: { float: alpha } }, y);
  else if (activation === "prelu") graph.op("PRelu", [x, slope], {}, y);
  else
    throw new Error(
      `fused kernel: unknown activation, got "${activation}". Use linear, relu, relu6, elu, sigmoid, leakyrelu or prelu.`,
    );
}
