import type { GraphBuilder } from "../onnx/graph-builder.ts";
import type { View } from "./kernel-graph.ts";
import { tensorType } from "../record/types.ts";

/** A multiplication or division by a tensor of one element. */
export interface Scaling {
  readonly op: "Mul" | "Div";
  readonly by: View;
}

export interface Attention {
  /** Each [batch, tokens, heads, size]. */
  readonly query: View;
  readonly key: View;
  readonly value: View;
  readonly scalings: readonly Scaling[];
  /** Added to the scores, in this order; each broadcasts to [batch, heads, queries, keys]. */
  readonly biases: readonly View[];
}

/** The biases with four axes. */
export function biasesOf({ biases }: Attention): readonly View[] {
  return biases.map(({ source, type: { shape } }) => ({
    source,
    type: tensorType("float32", [...[1, 1, 1, 1].slice(shape.length), ...shape]),
  }));
}

/** The sum of one or more biases, [batch or 1, heads or 1, queries, keys], as ONNX Runtime's operators expect it. */
export function emitBias(graph: GraphBuilder, biases: readonly string[], queries: number, keys: number): string {
  const sum = biases.reduce((total, bias) => graph.shared("Add", [total, bias]));
  return graph.shared("Expand", [sum, graph.integers([1, 1, queries, keys])]);
}
