import type { GraphBuilder } from "./graph-builder.ts";

interface Transposed {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** The ranks of a and b. */
  readonly ranks: readonly [number, number];
}

/**
 * The product of a and b, of which one or both are transposed, as ONNX Runtime's FusedMatMul. WebGPU has no kernel for
 * that: there, matrices are multiplied by Gemm, and tensors with more axes are transposed first.
 */
export function emitTransposedProduct(
  graph: GraphBuilder,
  [a, b]: readonly [string, string],
  { transposeA, transposeB, ranks }: Transposed,
  output?: string,
): string {
  const flags = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
  if (!graph.onWebgpu) return graph.microsoft("FusedMatMul", [a, b], { ...flags, alpha: { float: 1 } }, output);
  if (ranks[0] === 2 && ranks[1] === 2) return graph.op("Gemm", [a, b], flags, output);
  const transpose = (x: string, rank: number): string => {
    const axes = Array.from({ length: rank }, (_, axis) => axis);
    return graph.op("Transpose", [x], { perm: [...axes.slice(0, -2), rank - 1, rank - 2] });
  };
  const [left, right] = [transposeA ? transpose(a, ranks[0]) : a, transposeB ? transpose(b, ranks[1]) : b];
  return graph.op("MatMul", [left, right], {}, output);
}
