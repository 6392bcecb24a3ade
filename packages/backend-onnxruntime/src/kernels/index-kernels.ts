import { gather_util, util } from "@tensorflow/tfjs-core";
import { noAttributes, operation, type Operation } from "../record/operation.ts";
import { sameShape, tensorType, type NumericType } from "../record/types.ts";
import { beforeBroadcast } from "./broadcast.ts";
import { type Kernel, type Kernels, sizeOf } from "./kernel.ts";
import { validIds } from "./valid-ids.ts";

const gatherOperation: Operation<{ readonly axis: number }> = operation(
  "Gather",
  (graph, [data, ids], [y], { attributes: { axis } }) => void graph.op("Gather", [data!, ids!], { axis }, y),
);

const batchedGather: Operation<{ readonly batchDims: number }> = operation(
  "BatchedGather",
  (graph, [data, ids], [y], { attributes: { batchDims } }) => {
    const tuples = graph.op("Unsqueeze", [graph.castTo(ids!, "int64"), graph.integers([-1])]);
    graph.op("GatherND", [data!, tuples], { batch_dims: batchDims }, y);
  },
);

const gather: Kernel = (backend, { x, indices }, { axis, batchDims = 0 }) => {
  const along = util.parseAxisParam(axis, x!.shape)[0]!;
  if (indices!.dtype !== "int32") return undefined;
  if (batchDims !== 0 && along !== batchDims) return undefined;
  const inputs = [x!, validIds(backend, "GatherV2", indices!, [x!.shape[along]!])];
  const shape = [...x!.shape.slice(0, along), ...indices!.shape.slice(batchDims), ...x!.shape.slice(along + 1)];
  return batchDims === 0
    ? backend.record(gatherOperation, { axis: along }, inputs, x!.dtype, shape)
    : backend.record(batchedGather, { batchDims }, inputs, x!.dtype, shape);
};

const gatherNdOperation: Operation = operation(
  "GatherNd",
  (graph, [data, ids], [y]) => void graph.op("GatherND", [data!, graph.castTo(ids!, "int64")], {}, y),
);

const gatherNd: Kernel = (backend, { params, indices }) => {
  if (indices!.dtype !== "int32") return undefined;
  const [shape] = gather_util.prepareAndValidate(
    { shape: params!.shape, rank: params!.shape.length, dtype: params!.dtype } as never,
    { shape: indices!.shape, rank: indices!.shape.length, dtype: "int32" } as never,
  );
  const ids = validIds(backend, "GatherNd", indices!, params!.shape.slice(0, indices!.shape.at(-1)));
  return backend.record(gatherNdOperation, noAttributes, [params!, ids], params!.dtype, shape);
};

const selectOperation: Operation = operation("Select", (graph, [c, x, y], [z], { outputTypes: [type] }) => {
  if (type!.dtype !== "bool") graph.op("Where", [c!, x!, y!], {}, z);
  else graph.op("Or", [graph.op("And", [c!, x!]), graph.op("And", [graph.op("Not", [c!]), y!])], {}, z);
});

const select: Kernel = (backend, { condition, t, e }) => {
  if (t!.dtype !== e!.dtype || condition!.dtype !== "bool") return undefined;
  const rank = t!.shape.length;
  const byRow = condition!.shape.length === 1 && rank > 1;
  if (!byRow && !sameShape(condition!.shape, t!.shape)) return undefined;
  const choice = byRow
    ? backend.view(condition!, [condition!.shape[0]!, ...new Array<number>(rank - 1).fill(1)])
    : condition!;
  const repeated = [t!, e!].map((info) => beforeBroadcast(backend, info));
  const inputs = [choice, ...(byRow ? [t!, e!] : repeated)];
  const result = backend.record(selectOperation, noAttributes, inputs, t!.dtype, t!.shape);
  if (byRow) backend.disposeInfo(choice);
  return result;
};

const tileOperation: Operation<{ readonly reps: readonly number[] }> = operation(
  "Tile",
  (graph, [x], [y], { attributes: { reps } }) => void graph.op("Tile", [x!, graph.integers(reps)], {}, y),
);

const tile: Kernel = (backend, { x }, { reps }) => {
  const shape = x!.shape.map((size, i) => size * (reps[i] as number));
  if (sizeOf(shape) === 0) return undefined;
  if (sameShape(shape, x!.shape)) return backend.view(x!, shape);
  return backend.record(tileOperation, { reps: reps as number[] }, [x!], x!.dtype, shape);
};

type Padding = {
  readonly mode: "constant" | "reflect";
  /** Padding before each axis, then after each. */
  readonly pads: readonly number[];
  readonly value: number;
};

const padOperation: Operation<Padding> = operation(
  "Pad",
  (graph, [x], [y], { attributes: { mode, pads, value }, inputTypes: [type] }) => {
    const fill = mode === "constant" ? [graph.scalar(type!.dtype, value)] : [];
    graph.op("Pad", [x!, graph.integers(pads), ...fill], { mode }, y);
  },
);

function padding(mode: Padding["mode"]): Kernel {
  return (backend, { x }, attrs) => {
    const paddings = attrs["paddings"] as [number, number][];
    if (x!.dtype === "bool" || (mode === "reflect" && attrs["mode"] !== "reflect")) return undefined;
    const shape = x!.shape.map((size, i) => size + paddings[i]![0] + paddings[i]![1]);
    const value = (attrs["constantValue"] ?? 0) as number;
    const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
    return backend.record(padOperation, { mode, pads, value }, [x!], x!.dtype, shape);
  };
}

/** Pads with zeros, or the value given. */
export const padWithZeros: Kernel = padding("constant");

const topKOperation: Operation<{ readonly k: number }> = operation(
  "TopK",
  (graph, [x], [values, indices], { attributes: { k } }) => {
    const wide = graph.fresh();
    graph.many("TopK", [x!, graph.integers([k])], { axis: -1 }, [values!, wide]);
    graph.castTo(wide, "int32", indices);
  },
);

const topK: Kernel = (backend, { x }, { k }) => {
  if (x!.dtype === "bool" || k === 0 || x!.shape.length === 0) return undefined;
  const shape = [...x!.shape.slice(0, -1), k as number];
  const types = [tensorType(x!.dtype as NumericType, shape), tensorType("int32", shape)];
  return backend.recordMany(topKOperation, { k: k as number }, [x!], types);
};

/** Kernels that select values by index or by size. */
export const indexKernels: Kernels = {
  GatherNd: gatherNd,
  GatherV2: gather,
  MirrorPad: padding("reflect"),
  PadV2: padWithZeros,
  Select: select,
  Tile: tile,
  TopK: topK,
};
