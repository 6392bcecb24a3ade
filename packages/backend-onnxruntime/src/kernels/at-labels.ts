import type { GraphBuilder } from "../onnx/graph-builder.ts";

/**
 * A matrix with a number added to each row at its label. ScatterElements changes the matrix in place on the CPU; on WebGPU
 * a new matrix is computed.
 *
 * @param matrix float32 [rows, classes]
 * @param labels int32 [rows, 1]
 * @param added float32 [rows, 1], or a scalar on WebGPU
 */
export function emitAddAtLabels(
  graph: GraphBuilder,
  [matrix, labels, added]: readonly [string, string, string],
  classes: number,
  output: string,
): void {
  if (!graph.onWebgpu)
    return void graph.op("ScatterElements", [matrix, labels, added], { axis: 1, reduction: "add" }, output);
  const ids = graph.op("Range", [graph.int32(0), graph.int32(classes), graph.int32(1)]);
  graph.op("Where", [graph.op("Equal", [labels, ids]), graph.op("Add", [matrix, added]), matrix], {}, output);
}

/** The logarithms of the softmax of each row, [rows, classes]. */
export function emitLogSoftmax(graph: GraphBuilder, scores: string): string {
  if (!graph.onWebgpu) return graph.op("LogSoftmax", [scores], { axis: 1 });
  const along = (op: "ReduceMax" | "ReduceSum", x: string): string =>
    graph.op(op, [x, graph.integers([1])], { keepdims: 1 });
  const shifted = graph.op("Sub", [scores, along("ReduceMax", scores)]);
  return graph.op("Sub", [shifted, graph.op("Log", [along("ReduceSum", graph.op("Exp", [shifted]))])]);
}
