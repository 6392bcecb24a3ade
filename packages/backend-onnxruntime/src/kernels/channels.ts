import type { GraphBuilder } from "../onnx/graph-builder.ts";

/**
 * Transposes images from channels last, tfjs's order, to channels first, ONNX's. ONNX Runtime removes pairs that cancel
 * out.
 */
export function toChannelsFirst(graph: GraphBuilder, x: string, rank: number): string {
  const spatial = Array.from({ length: rank - 2 }, (_, i) => i + 1);
  return graph.op("Transpose", [x], { perm: [0, rank - 1, ...spatial] });
}

/** Transposes images from channels first to channels last. */
export function toChannelsLast(graph: GraphBuilder, x: string, rank: number, output?: string): string {
  const spatial = Array.from({ length: rank - 2 }, (_, i) => i + 2);
  return graph.op("Transpose", [x], { perm: [0, ...spatial, 1] }, output);
}
