import { util } from "@tensorflow/tfjs-core";
import type { Emit } from "../graph/graph-builder.ts";
import { sizeOf, type Kernel } from "./kernel.ts";

/** The most numbers that are added up one after the other. */
const longest = 4096;

/**
 * A float reduction over the last axes that does it piece by piece where they are long. ONNX Runtime adds numbers in
 * order, in floats: of a sum of a million equal ones three digits were right, of one in pieces six.
 *
 * @param key "Sum" or "Mean"; means of pieces of one length have the mean of all as their mean
 * @param short for all other cases
 */
export function longReduction(key: "Sum" | "Mean", op: "ReduceSum" | "ReduceMean", short: Kernel): Kernel {
  return (backend, inputs, attrs) => {
    const x = inputs["x"]!;
    const { axis } = attrs;
    const rank = x.shape.length;
    const axes = axis === undefined || axis === null ? x.shape.map((_, i) => i) : util.parseAxisParam(axis, x.shape);
    const kept = rank - axes.length;
    const isLast = axes.every((one) => one >= kept);
    const lengths = isLast ? pieces(sizeOf(x.shape.slice(kept))) : [];
    if (x.dtype !== "float32" || lengths.length < 2) return short(backend, inputs, attrs);
    const rows = x.shape.slice(0, kept);
    const result = attrs["keepDims"] ? [...rows, ...axes.map(() => 1)] : rows;
    const emit: Emit = (graph, [name], [y]) => {
      let sums = graph.op("Reshape", [name!, graph.integers([sizeOf(rows), ...lengths])]);
      for (let last = lengths.length; last > 0; last--)
        sums = graph.op(op, [sums, graph.integers([last])], { keepdims: 0 });
      graph.op("Reshape", [sums, graph.integers(result)], {}, y);
    };
    return backend.record(`Long${key} ${result.join()}`, emit, [x], "float32", result);
  };
}

/** Lengths whose product is `length`, none of them longer than it need be; one alone where it is short or has no divisors. */
function pieces(length: number): number[] {
  if (length <= longest) return [length];
  for (let piece = longest; piece >= 32; piece--) if (length % piece === 0) return [...pieces(length / piece), piece];
  return [length];
}
