import { util } from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../onnx/graph-builder.ts";
import { operation, type Operation } from "../record/operation.ts";
import { sizeOf, type Kernel } from "./kernel.ts";

/** Maximum count of numbers added in one sum. */
const longest = 4096;

/** Maximum count of numbers in a piece. */
const longestPiece = 128;

/** From this many columns on, a product with a row of ones is faster than the reduction operators. */
const wide = 16;

/** The reduced tensor, reshaped to [before, length, after]. */
type Lengths = { readonly before: number; readonly length: number; readonly after: number };

/** `order`: permutation of the axes with the reduced ones last, if they are not adjacent. */
type LongReduction = Lengths & { readonly order: readonly number[] | undefined };

/**
 * A float reduction, along any axes, that computes long sums piece by piece. ONNX Runtime adds numbers in order, in
 * float32: the sum of 23 million ones was 16.8 million.
 *
 * @param short the reduction for all other cases
 */
export function longReduction(key: "Sum" | "Mean" | "Prod", short: Kernel): Kernel {
  const reducing: Operation<LongReduction> = operation(
    `Long${key}`,
    (graph, [x], [y], { attributes: { order, ...lengths }, outputTypes: [type] }) => {
      const ordered = order === undefined ? x! : graph.op("Transpose", [x!], { perm: order });
      const reduced = inPieces(graph, ordered, key === "Prod" ? "ReduceProd" : "ReduceSum", lengths);
      const total = key === "Mean" ? graph.op("Div", [reduced, graph.float(lengths.length)]) : reduced;
      graph.op("Reshape", [total, graph.integers(type!.shape)], {}, y);
    },
  );
  return (backend, inputs, attrs) => {
    const x = inputs["x"]!;
    const { axis } = attrs;
    const every = x.shape.map((_, i) => i);
    const axes =
      axis === undefined || axis === null ? every : util.parseAxisParam(axis, x.shape).toSorted((a, b) => a - b);
    const length = sizeOf(axes.map((one) => x.shape[one]!));
    if (x.dtype !== "float32" || length <= longest || backend.executor.anyLength) return short(backend, inputs, attrs);
    const kept = every.filter((one) => !axes.includes(one));
    const shapeOf = (some: readonly number[]): number[] => some.map((one) => x.shape[one]!);
    const span = axes.at(-1)! - axes[0]!;
    const together = span === axes.length - 1;
    const before = together ? kept.filter((one) => one < axes[0]!) : kept;
    const after = together ? kept.filter((one) => one > axes[0]!) : [];
    const lengths = { before: sizeOf(shapeOf(before)), length, after: sizeOf(shapeOf(after)) };
    const result = attrs["keepDims"] ? x.shape.map((size, i) => (axes.includes(i) ? 1 : size)) : shapeOf(kept);
    const order = together ? undefined : [...kept, ...axes];
    return backend.record(reducing, { ...lengths, order }, [x], "float32", result);
  };
}

/** The sums of the columns of [rows, columns], as [1, columns]. */
export function columnSums(graph: GraphBuilder, x: string, rows: number, columns: number): string {
  if (rows <= longest || graph.anyLength) return graph.op("MatMul", [graph.ones(1, rows), x]);
  const sums = inPieces(graph, x, "ReduceSum", { before: 1, length: rows, after: columns });
  return graph.op("Reshape", [sums, graph.integers([1, columns])]);
}

function inPieces(
  graph: GraphBuilder,
  x: string,
  op: "ReduceSum" | "ReduceProd",
  { before, length, after }: Lengths,
): string {
  const reshape = (name: string, ...shape: number[]): string => graph.op("Reshape", [name, graph.integers(shape)]);
  let numbers = reshape(x, before, length, after);
  let left = length;
  while (left > longestPiece) {
    const piece = pieceOf(left);
    const count = Math.ceil(left / piece);
    if (count * piece !== left) {
      const neutral = graph.float(op === "ReduceSum" ? 0 : 1);
      numbers = graph.op("Pad", [numbers, graph.integers([0, 0, 0, 0, count * piece - left, 0]), neutral]);
    }
    const apart = reshape(numbers, before * count, piece, after);
    const reduced =
      op === "ReduceSum" && after >= wide
        ? graph.op("MatMul", [graph.ones(1, piece), apart])
        : graph.op(op, [apart, graph.integers([1])], { keepdims: 1 });
    numbers = reshape(reduced, before, count, after);
    left = count;
  }
  return graph.op(op, [numbers, graph.integers([1])], { keepdims: 0 });
}

/** A length that divides `length`, or if there is no suitable one, leaves a small remainder. */
function pieceOf(length: number): number {
  for (let piece = longestPiece; piece >= longestPiece / 8; piece--) if (length % piece === 0) return piece;
  return Math.ceil(length / Math.ceil(length / longestPiece));
}
