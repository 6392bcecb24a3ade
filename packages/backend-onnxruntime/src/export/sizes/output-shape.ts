import { constantOf, constantSize } from "./size-expression.ts";
import type { ExportNode, SizedShape } from "../export-graph.ts";

/** Operators of one tensor, element by element. */
export const unaryOperators: ReadonlySet<string> = new Set(
  "Abs Cast Ceil Cos Elu Erf Exp Floor Gelu Identity IsInf IsNaN LeakyRelu Log Neg Not Reciprocal Relu Round Selu Sigmoid Sign Sin Softplus Sqrt Tanh".split(
    " ",
  ),
);

/** Operators of two tensors, element by element, broadcasting. */
export const binaryOperators: ReadonlySet<string> = new Set(
  "Add And Div Equal Greater GreaterOrEqual Less LessOrEqual Max Min Mul Or Pow Sub".split(" "),
);

/**
 * The shape of a node's first output, for the operators between which reshapes may move; undefined for others.
 *
 * @param shapes the inputs' shapes
 * @param axes the values of the second input if it is a constant, as for Unsqueeze
 */
export function outputShape(
  { op, attributes }: ExportNode,
  shapes: readonly (SizedShape | undefined)[],
  axes?: readonly number[],
): SizedShape | undefined {
  const [x, other] = shapes;
  if (x === undefined) return undefined;
  if (unaryOperators.has(op) || op === "Softmax" || op === "LayerNormalization") return x;
  if (op === "Unsqueeze") return axes?.join() === "-1" ? [...x, constantSize(1)] : undefined;
  if (op === "Transpose") return (attributes["perm"] as number[]).map((from) => x[from]!);
  if (other === undefined) return undefined;
  if (binaryOperators.has(op)) return shapes.length === 2 ? broadcast(x, other) : undefined;
  if (op === "Gather") {
    const axis = attributes["axis"] as number;
    return axis < 0 ? undefined : [...x.slice(0, axis), ...other, ...x.slice(axis + 1)];
  }
  if (op !== "MatMul" || x.length < 2 || other.length < 2) return undefined;
  const batch = broadcast(x.slice(0, -2), other.slice(0, -2));
  return batch && [...batch, x.at(-2)!, other.at(-1)!];
}

function broadcast(a: SizedShape, b: SizedShape): SizedShape | undefined {
  const rank = Math.max(a.length, b.length);
  const shape = Array.from({ length: rank }, (_, i) => {
    const [left, right] = [a[a.length - rank + i], b[b.length - rank + i]];
    if (left === undefined || right === undefined) return left ?? right!;
    if (left.key === right.key || constantOf(right) === 1) return left;
    return constantOf(left) === 1 ? right : undefined;
  });
  return shape.includes(undefined) ? undefined : (shape as SizedShape);
}

export function sameSizedShape(a: SizedShape, b: SizedShape): boolean {
  return a.length === b.length && a.every(({ key }, i) => key === b[i]!.key);
}
