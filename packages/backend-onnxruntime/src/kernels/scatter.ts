import { scatter_util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { temporaryInfo } from "../record/data.ts";
import type { Source, RecordedNode } from "../record/source.ts";
import type { GraphBuilder } from "../onnx/graph-builder.ts";
import { noAttributes, operation, type KernelSpec, type Operation } from "../record/operation.ts";
import { computedValues } from "../record/storage.ts";
import { sameShape, tensorType, type NumericType } from "../record/types.ts";
import { type Kernel, type Kernels, sizeOf } from "./kernel.ts";
import { mayBeNegative, validIds } from "./valid-ids.ts";

/**
 * Writes rows at indices of a table in order, or adds them with `reduction` "add". If rows share an index, all are
 * added, or the last is kept. Uses ScatterElements, which processes rows in order. ONNX Runtime's ScatterND splits them
 * between threads, which overwrite each other's sums (decisions/0012).
 *
 * @param ids int32 [count, depth], indices into the first `depth` axes
 * @param rows [count, ...other axes]
 */
function emitScatter(
  graph: GraphBuilder,
  [table, ids, rows]: readonly [string, string, string],
  { inputTypes, outputTypes }: KernelSpec,
  reduction: "add" | "none",
  output: string,
): void {
  const { shape } = outputTypes[0]!;
  const [count, depth] = inputTypes.at(-2)!.shape as [number, number];
  const [places, width] = [sizeOf(shape.slice(0, depth)), sizeOf(shape.slice(depth))];
  const reshape = (name: string, to: readonly number[], as?: string): string =>
    graph.op("Reshape", [name, graph.integers(to)], {}, as);
  let flat = ids;
  if (depth > 1) {
    // Looked up, not computed, so that an id out of range is rejected.
    const numbered = graph.op("Range", [graph.int32(0), graph.int32(places), graph.int32(1)]);
    const grid = reshape(numbered, shape.slice(0, depth));
    flat = reshape(graph.op("GatherND", [grid, graph.castTo(ids, "int64")]), [count, 1]);
  }
  const everywhere = graph.op("Expand", [flat, graph.integers([count, width])]);
  const operands = [reshape(table, [places, width]), everywhere, reshape(rows, [count, width])];
  reshape(graph.op("ScatterElements", operands, { axis: 0, reduction }), shape, output);
}

/** Rows summed into zeros. They can also be added to another tensor directly. */
const scatterSumOperation: Operation = operation("ScatterSum", (graph, [ids, rows], [y], spec) => {
  const { dtype, shape } = spec.outputTypes[0]!;
  const zeros = graph.op("Expand", [graph.scalar(dtype, 0), graph.integers(shape)]);
  emitScatter(graph, [zeros, ids!, rows!], spec, "add", y!);
});

/** Rows added to a tensor. */
const scatterAddOperation: Operation = operation("ScatterAdd", (graph, [dense, ids, rows], [y], spec) =>
  emitScatter(graph, [dense!, ids!, rows!], spec, "add", y!),
);

const scatterUpdateOperation: Operation = operation("TensorScatterUpdate", (graph, [data, ids, rows], [y], spec) =>
  emitScatter(graph, [data!, ids!, rows!], spec, "none", y!),
);

/** Sums rows into zeros at the given indices. */
function scatterSum(
  backend: OnnxRuntimeBackend,
  places: TensorInfo,
  rows: TensorInfo,
  shape: readonly number[],
): TensorInfo {
  return backend.record(scatterSumOperation, noAttributes, [places, rows], rows.dtype, shape);
}

/** A recorded sum of rows into a table that has not run. */
export interface RowSum {
  readonly node: RecordedNode;
  /** The table; zeros where undefined. */
  readonly onto: Source | undefined;
  /** int32 [count, depth], indices into the first `depth` axes. */
  readonly ids: Source;
  /** [count, ...the other axes] */
  readonly rows: Source;
  readonly depth: number;
}

/** The rows and table that the source is a sum of, if it is a recorded sum of rows that has not run. */
export function rowSumOf({ node, failure }: Source): RowSum | undefined {
  if (node === undefined || failure !== undefined) return undefined;
  const { signature, inputs } = node;
  const ontoZeros = signature.operation === scatterSumOperation;
  if (!ontoZeros && signature.operation !== scatterAddOperation) return undefined;
  const [ids, rows] = inputs.slice(-2) as [Source, Source];
  const depth = signature.inputTypes.at(-2)!.shape[1]!;
  return { node, onto: ontoZeros ? undefined : inputs[0], ids, rows, depth };
}

/**
 * Adds a pending sum of rows to `onto`: the gradient of a table that is both gathered from and multiplied. Undefined if
 * `rows` is not a pending sum of rows.
 */
export function addRows(backend: OnnxRuntimeBackend, onto: TensorInfo, rows: TensorInfo): TensorInfo | undefined {
  if (onto.dtype !== "float32" || !sameShape(onto.shape, rows.shape)) return undefined;
  const { source } = backend.numeric(rows);
  const sum = rowSumOf(source);
  if (sum === undefined || sum.onto !== undefined || !sameShape(rows.shape, source.type.shape)) return undefined;
  const { shape } = source.type;
  const { node } = sum;
  const parts = node.inputs.map((part, i) => temporaryInfo(part, node.signature.inputTypes[i]!));
  return backend.record(scatterAddOperation, noAttributes, [onto, ...parts], "float32", shape);
}

/**
 * The ids as [count, depth], and the rows as [count, ...the axes that the ids leave]; only for recording.
 *
 * @throws if an id in memory is out of range
 */
function asRows(
  backend: OnnxRuntimeBackend,
  kernel: string,
  indices: TensorInfo,
  updates: TensorInfo,
  shape: readonly number[],
): readonly [TensorInfo, TensorInfo] {
  const { sliceRank, numUpdates } = scatter_util.calculateShapes(
    { shape: updates.shape } as never,
    { shape: indices.shape, rank: indices.shape.length } as never,
    shape as number[],
  );
  return [
    validIds(backend, kernel, reshaped(indices, [numUpdates, sliceRank]), shape.slice(0, sliceRank)),
    reshaped(updates, [numUpdates, ...shape.slice(sliceRank)]),
  ];
}

/** With another shape, only for recording. */
function reshaped({ dataId, dtype }: TensorInfo, shape: number[]): TensorInfo {
  return { dataId, dtype, shape };
}

const scatterNd: Kernel = (backend, { indices, updates }, { shape }) => {
  if (indices!.dtype !== "int32" || updates!.dtype === "bool" || sizeOf(shape) === 0) return undefined;
  return scatterSum(backend, ...asRows(backend, "ScatterNd", indices!, updates!, shape), shape);
};

/** The ids with 0 for negative ones, and the rows with zeros for theirs. */
const dropNegativeOperation: Operation = operation(
  "DropNegative",
  (graph, [ids, rows], [places, kept], { inputTypes: [, type] }) => {
    const column = graph.op("Reshape", [ids!, graph.integers([-1, ...type!.shape.slice(1).map(() => 1)])]);
    const negative = graph.op("Less", [column, graph.int32(0)]);
    graph.op("Max", [ids!, graph.int32(0)], {}, places);
    graph.op("Where", [negative, graph.scalar(type!.dtype, 0), rows!], {}, kept);
  },
);

/** The gradient of a gather. Rows of negative ids are ignored: in memory by the CPU kernel, pending ones in the graph. */
const segmentSum: Kernel = (backend, { x, segmentIds }, { numSegments }) => {
  if (x!.dtype === "bool" || segmentIds!.dtype !== "int32" || segmentIds!.shape.length !== 1 || numSegments === 0)
    return undefined;
  const data = backend.numeric(segmentIds!);
  if (computedValues(data.source.storage)?.some((id) => id < 0) === true) return undefined;
  const ids = reshaped(segmentIds!, [...segmentIds!.shape, 1]);
  const shape = [numSegments as number, ...x!.shape.slice(1)];
  if (!mayBeNegative(data)) return scatterSum(backend, ids, x!, shape);
  const types = [tensorType("int32", ids.shape), tensorType(x!.dtype as NumericType, x!.shape)];
  const [places, rows] = backend.recordMany(dropNegativeOperation, noAttributes, [ids, x!], types);
  const result = scatterSum(backend, places!, rows!, shape);
  [places, rows].forEach((info) => backend.disposeInfo(info!));
  return result;
};

const scatterUpdate: Kernel = (backend, { tensor, indices, updates }) => {
  if (indices!.dtype !== "int32" || tensor!.dtype !== updates!.dtype) return undefined;
  const { shape } = tensor!;
  const rows = asRows(backend, "TensorScatterUpdate", indices!, updates!, shape);
  return backend.record(scatterUpdateOperation, noAttributes, [tensor!, ...rows], tensor!.dtype, shape);
};

/** Kernels that write rows at indices, which may repeat. */
export const scatterKernels: Kernels = {
  ScatterNd: scatterNd,
  TensorScatterUpdate: scatterUpdate,
  UnsortedSegmentSum: segmentSum,
};
