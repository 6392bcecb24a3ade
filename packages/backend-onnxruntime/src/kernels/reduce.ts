import { util } from "@tensorflow/tfjs-core";
import type { Emit } from "../graph/graph-builder.ts";
import type { Kernel, Kernels } from "./kernel.ts";

type Write = (graph: Parameters<Emit>[0], x: string, axes: string, keepdims: 0 | 1, y: string) => void;

function reduction(key: string, dtypes: readonly string[], write: Write): Kernel {
  return (backend, { x }, { axis: given, reductionIndices, keepDims = false }) => {
    const axis = given ?? reductionIndices; // Max calls it by the other name
    if (!dtypes.includes(x!.dtype)) return undefined;
    const { shape } = x!;
    const axes = axis === undefined || axis === null ? shape.map((_, i) => i) : util.parseAxisParam(axis, shape);
    const kept = shape.map((size, i) => (axes.includes(i) ? 1 : size));
    const result = keepDims ? kept : shape.filter((_, i) => !axes.includes(i));
    if (axes.length === 0) return backend.view(x!, shape);
    if (kept.every((size, i) => size === shape[i]) && key !== "All" && key !== "Any") return backend.view(x!, result);
    const emit: Emit = (graph, [name], [y]) => write(graph, name!, graph.integers(axes), keepDims ? 1 : 0, y!);
    return backend.record(`${key} ${axes.join()} ${keepDims}`, emit, [x!], x!.dtype, result);
  };
}

function simple(key: string, op: string, dtypes: readonly string[]): Kernel {
  return reduction(key, dtypes, (graph, x, axes, keepdims, y) => void graph.op(op, [x, axes], { keepdims }, y));
}

/** Truth values reduce as 0 and 1. */
function logical(key: string, op: string): Kernel {
  return reduction(key, ["bool"], (graph, x, axes, keepdims, y) => {
    graph.castTo(graph.op(op, [graph.castTo(x, "int32"), axes], { keepdims }), "bool", y);
  });
}

function position(op: string): Kernel {
  return (backend, { x }, { axis }) => {
    if (x!.dtype !== "float32" && x!.dtype !== "int32") return undefined;
    const [only, ...others] = util.parseAxisParam(axis, x!.shape);
    if (only === undefined || others.length > 0) return undefined;
    const emit: Emit = (graph, [name], [y]) => void graph.castTo(graph.op(op, [name!], { axis: only, keepdims: 0 }), "int32", y);
    return backend.record(`${op} ${only}`, emit, [x!], "int32", x!.shape.filter((_, i) => i !== only));
  };
}

const cumulativeSum: Kernel = (backend, { x }, { axis, exclusive, reverse }) => {
  if (x!.dtype !== "float32" && x!.dtype !== "int32") return undefined;
  const [along] = util.parseAxisParam(axis, x!.shape);
  if (along === undefined) return undefined;
  const attributes = { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 };
  const emit: Emit = (graph, [name], [y]) => void graph.op("CumSum", [name!, graph.int32(along)], attributes, y);
  return backend.record(`CumSum ${along} ${attributes.exclusive}${attributes.reverse}`, emit, [x!], x!.dtype, x!.shape);
};

const softmax: Kernel = (backend, { logits }, { dim }) => {
  if (logits!.dtype !== "float32") return undefined;
  const axis = dim < 0 ? dim + logits!.shape.length : dim;
  const emit: Emit = (graph, [x], [y]) => void graph.op("Softmax", [x!], { axis }, y);
  return backend.record(`Softmax ${axis}`, emit, [logits!], "float32", logits!.shape);
};

const numbers: readonly string[] = ["float32", "int32"];

/** Kernels along axes. */
export const reduceKernels: Kernels = {
  All: logical("All", "ReduceMin"),
  Any: logical("Any", "ReduceMax"),
  ArgMax: position("ArgMax"),
  ArgMin: position("ArgMin"),
  Cumsum: cumulativeSum,
  Max: simple("Max", "ReduceMax", numbers),
  Mean: simple("Mean", "ReduceMean", ["float32"]),
  Min: simple("Min", "ReduceMin", numbers),
  Prod: simple("Prod", "ReduceProd", numbers),
  Softmax: softmax,
  Sum: simple("Sum", "ReduceSum", numbers),
};
