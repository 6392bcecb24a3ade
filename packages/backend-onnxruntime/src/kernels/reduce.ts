import { util } from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../onnx/graph-builder.ts";
import { noAttributes, operation, type Operation } from "../record/operation.ts";
import type { Operator } from "../onnx/operators.ts";
import { sizeOf, type Kernel, type Kernels } from "./kernel.ts";
import { columnSums, longReduction } from "./long-reduction.ts";

type Write = (graph: GraphBuilder, x: string, axes: string, keepdims: 0 | 1, y: string) => void;

type Reduced = { readonly axes: readonly number[]; readonly keepDims: boolean };

function reduction(key: string, dtypes: readonly string[], write: Write): Kernel {
  const reducing: Operation<Reduced> = operation(key, (graph, [x], [y], { attributes: { axes, keepDims } }) =>
    write(graph, x!, graph.integers(axes), keepDims ? 1 : 0, y!),
  );
  return (backend, { x }, { axis: given, reductionIndices, keepDims = false }) => {
    const axis = given ?? reductionIndices; // Max uses the other name
    if (!dtypes.includes(x!.dtype)) return undefined;
    const { shape } = x!;
    const axes = axis === undefined || axis === null ? shape.map((_, i) => i) : util.parseAxisParam(axis, shape);
    const kept = shape.map((size, i) => (axes.includes(i) ? 1 : size));
    const result = keepDims ? kept : shape.filter((_, i) => !axes.includes(i));
    if (axes.length === 0) return backend.view(x!, shape);
    if (kept.every((size, i) => size === shape[i]) && key !== "All" && key !== "Any") return backend.view(x!, result);
    return backend.record(reducing, { axes, keepDims }, [x!], x!.dtype, result);
  };
}

function simple(key: string, op: Operator, dtypes: readonly string[]): Kernel {
  return reduction(key, dtypes, (graph, x, axes, keepdims, y) => void graph.op(op, [x, axes], { keepdims }, y));
}

/** NaN anywhere gives NaN, as in the CPU kernel: the sum of absolute values is NaN in exactly that case. */
function extreme(key: string, op: Operator): Kernel {
  const ofFloats = reduction(key, ["float32"], (graph, x, axes, keepdims, y) => {
    const largest = graph.op(op, [x, axes], { keepdims });
    const sum = graph.op("ReduceL1", [x, axes], { keepdims });
    graph.op("Where", [graph.op("IsNaN", [sum]), sum, largest], {}, y);
  });
  const ofIntegers = simple(key, op, ["int32"]);
  return (backend, inputs, attrs) => (inputs["x"]!.dtype === "float32" ? ofFloats : ofIntegers)(backend, inputs, attrs);
}

/** Booleans reduce as 0 and 1. */
function logical(key: string, op: Operator): Kernel {
  return reduction(key, ["bool"], (graph, x, axes, keepdims, y) => {
    graph.castTo(graph.op(op, [graph.castTo(x, "int32"), axes], { keepdims }), "bool", y);
  });
}

const columnSumOperation: Operation<{ readonly axes: number }> = operation(
  "ColumnSum",
  (graph, [x], [y], { attributes: { axes }, inputTypes: [from], outputTypes: [to] }) => {
    const { shape } = from!;
    const [rows, columns] = [sizeOf(shape.slice(0, axes)), sizeOf(shape.slice(axes))];
    const flat = shape.length === 2 ? x! : graph.op("Reshape", [x!, graph.integers([rows, columns])]);
    graph.op("Reshape", [columnSums(graph, flat, rows, columns), graph.integers(to!.shape)], {}, y);
  },
);

/** Sums over the leading axes, as in the gradient of a bias, are a product with a row of ones: twice as fast. */
const sum: Kernel = (backend, inputs, attrs) => {
  const x = inputs["x"]!;
  const axes = attrs["axis"] === undefined || attrs["axis"] === null ? [] : util.parseAxisParam(attrs["axis"], x.shape);
  const leading = axes.length > 0 && axes.length < x.shape.length && axes.every((axis) => axis < axes.length);
  const rows = sizeOf(x.shape.slice(0, axes.length));
  const columns = sizeOf(x.shape.slice(axes.length));
  if (x.dtype !== "float32" || !leading || rows < 64 || columns < 16 || backend.executor.anyLength)
    return plainSum(backend, inputs, attrs);
  const rest = x.shape.slice(axes.length);
  const result = attrs["keepDims"] ? [...axes.map(() => 1), ...rest] : rest;
  return backend.record(columnSumOperation, { axes: axes.length }, [x], "float32", result);
};
const plainSum: Kernel = longReduction("Sum", simple("Sum", "ReduceSum", ["float32", "int32"]));

const argMaxByTopK: Operation = operation("ArgMaxByTopK", (graph, [x], [y]) => {
  const wide = graph.fresh();
  graph.many("TopK", [x!, graph.integers([1])], { axis: -1 }, [graph.fresh(), wide]);
  graph.op("Squeeze", [graph.castTo(wide, "int32"), graph.integers([-1])], {}, y);
});

/**
 * Along a long last axis, TopK is multithreaded and ArgMax is not. For k = 1 it compares each number of a row with the
 * largest so far, as the CPU kernel does, so NaN behaves alike: comparisons with it are false.
 */
const argMax: Kernel = (backend, inputs, attrs) => {
  const { shape, dtype } = inputs["x"]!;
  const [axis] = util.parseAxisParam(attrs["axis"], shape);
  if (dtype !== "float32" || axis !== shape.length - 1 || shape[axis]! < 4096 || backend.executor.anyLength)
    return firstLargest(backend, inputs, attrs);
  return backend.record(argMaxByTopK, noAttributes, [inputs["x"]!], "int32", shape.slice(0, -1));
};
const firstLargest: Kernel = position("ArgMax");

/** Comparisons with NaN are false: it is never the largest or the smallest, unless it comes first. */
function withoutNaN(graph: GraphBuilder, x: string, dtype: string, replacement: number): string {
  return dtype === "float32" ? graph.op("Where", [graph.op("IsNaN", [x]), graph.float(replacement), x]) : x;
}

/** As in the CPU kernel, which starts from the first number: if that is NaN, no comparison with it is true. */
function firstIfNaN(graph: GraphBuilder, x: string, axis: number, found: string, output: string): void {
  const first = graph.op("Gather", [x, graph.int32(0)], { axis });
  graph.op("Where", [graph.op("IsNaN", [first]), graph.int32(0), found], {}, output);
}

function position(op: "ArgMax" | "ArgMin"): Kernel {
  const replacement = op === "ArgMax" ? -Infinity : Infinity;
  const finding: Operation<{ readonly axis: number }> = operation(
    op,
    (graph, [x], [y], { attributes: { axis }, inputTypes: [type] }) => {
      const { dtype } = type!;
      const comparable = withoutNaN(graph, x!, dtype, replacement);
      const wide = graph.op(op, [comparable], { axis, keepdims: 0 });
      if (dtype === "float32") firstIfNaN(graph, x!, axis, graph.castTo(wide, "int32"), y!);
      else graph.castTo(wide, "int32", y);
    },
  );
  return (backend, { x }, { axis }) => {
    if (x!.dtype !== "float32" && x!.dtype !== "int32") return undefined;
    const [only, ...others] = util.parseAxisParam(axis, x!.shape);
    if (only === undefined || others.length > 0) return undefined;
    const shape = x!.shape.filter((_, i) => i !== only);
    return backend.record(finding, { axis: only }, [x!], "int32", shape);
  };
}

const cumulativeSumOperation: Operation<{ axis: number; exclusive: 0 | 1; reverse: 0 | 1 }> = operation(
  "CumSum",
  (graph, [x], [y], { attributes: { axis, ...flags } }) => void graph.op("CumSum", [x!, graph.int32(axis)], flags, y),
);

const cumulativeSum: Kernel = (backend, { x }, { axis, exclusive, reverse }) => {
  if (x!.dtype !== "float32" && x!.dtype !== "int32") return undefined;
  const [along] = util.parseAxisParam(axis, x!.shape);
  if (along === undefined) return undefined;
  const attributes = { axis: along, exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 } as const;
  return backend.record(cumulativeSumOperation, attributes, [x!], x!.dtype, x!.shape);
};

const softmaxOperation: Operation<{ readonly axis: number }> = operation(
  "Softmax",
  (graph, [x], [y], { attributes: { axis } }) => void graph.op("Softmax", [x!], { axis }, y),
);

const softmax: Kernel = (backend, { logits }, { dim }) => {
  if (logits!.dtype !== "float32") return undefined;
  const axis = dim < 0 ? dim + logits!.shape.length : dim;
  return backend.record(softmaxOperation, { axis }, [logits!], "float32", logits!.shape);
};

const numbers: readonly string[] = ["float32", "int32"];

/** Kernels along axes. */
export const reduceKernels: Kernels = {
  All: logical("All", "ReduceMin"),
  Any: logical("Any", "ReduceMax"),
  ArgMax: argMax,
  ArgMin: position("ArgMin"),
  Cumsum: cumulativeSum,
  Max: extreme("Max", "ReduceMax"),
  Mean: longReduction("Mean", simple("Mean", "ReduceMean", ["float32"])),
  Min: extreme("Min", "ReduceMin"),
  Prod: longReduction("Prod", simple("Prod", "ReduceProd", numbers)),
  Softmax: softmax,
  Sum: sum,
};
