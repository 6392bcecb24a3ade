import { gather_util, util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { Emit, GraphBuilder } from "../graph/graph-builder.ts";
import { sameShape, tensorType, type NumericType } from "../graph/types.ts";
import type { Kernel, Kernels } from "./kernel.ts";
import { sizeOf } from "./kernel.ts";

const gather: Kernel = (backend, { x, indices }, { axis, batchDims = 0 }) => {
  const along = util.parseAxisParam(axis, x!.shape)[0]!;
  if (indices!.dtype !== "int32") return undefined;
  checkIds(backend, indices!, x!.shape[along]!);
  const shape = [...x!.shape.slice(0, along), ...indices!.shape.slice(batchDims), ...x!.shape.slice(along + 1)];
  if (batchDims === 0) {
    const emit: Emit = (graph, [data, ids], [y]) => void graph.op("Gather", [data!, ids!], { axis: along }, y);
    return backend.record(`Gather ${along}`, emit, [x!, indices!], x!.dtype, shape);
  }
  if (along !== batchDims) return undefined;
  const emit: Emit = (graph, [data, ids], [y]) => {
    const tuples = graph.op("Unsqueeze", [graph.castTo(ids!, "int64"), graph.integers([-1])]);
    graph.op("GatherND", [data!, tuples], { batch_dims: batchDims }, y);
  };
  return backend.record(`Gather ${along} ${batchDims}`, emit, [x!, indices!], x!.dtype, shape);
};

/** Where the ids are at hand a wrong one is named here; otherwise ONNX Runtime refuses it in the run. */
function checkIds(backend: OnnxRuntimeBackend, indices: TensorInfo, limit: number): void {
  for (const id of backend.numeric(indices).source.storage?.values ?? []) {
    if (id < 0 || id >= limit)
      throw new Error(
        `GatherV2: the index value ${id} is not in [0, ${limit - 1}]. Check the ids against the size of what they index.`,
      );
  }
}

const gatherNd: Kernel = (backend, { params, indices }) => {
  if (indices!.dtype !== "int32") return undefined;
  const [shape] = gather_util.prepareAndValidate(
    { shape: params!.shape, rank: params!.shape.length, dtype: params!.dtype } as never,
    { shape: indices!.shape, rank: indices!.shape.length, dtype: "int32" } as never,
  );
  const emit: Emit = (graph, [data, ids], [y]) =>
    void graph.op("GatherND", [data!, graph.castTo(ids!, "int64")], {}, y);
  return backend.record("GatherNd", emit, [params!, indices!], params!.dtype, shape);
};

const select: Kernel = (backend, { condition, t, e }) => {
  if (t!.dtype !== e!.dtype || condition!.dtype !== "bool") return undefined;
  const rank = t!.shape.length;
  const byRow = condition!.shape.length === 1 && rank > 1;
  if (!byRow && !sameShape(condition!.shape, t!.shape)) return undefined;
  const choice = byRow
    ? backend.view(condition!, [condition!.shape[0]!, ...new Array<number>(rank - 1).fill(1)])
    : condition!;
  const bool = t!.dtype === "bool";
  const emit: Emit = (graph, [c, x, y], [z]) => {
    if (!bool) graph.op("Where", [c!, x!, y!], {}, z);
    else graph.op("Or", [graph.op("And", [c!, x!]), graph.op("And", [graph.op("Not", [c!]), y!])], {}, z);
  };
  const repeated = [t!, e!].map((info) => backend.beforeBroadcast(info) ?? info);
  const result = backend.record("Select", emit, [choice, ...(byRow ? [t!, e!] : repeated)], t!.dtype, t!.shape);
  if (byRow) backend.disposeInfo(choice);
  return result;
};

const tile: Kernel = (backend, { x }, { reps }) => {
  const shape = x!.shape.map((size, i) => size * (reps[i] as number));
  if (sizeOf(shape) === 0) return undefined;
  if (sameShape(shape, x!.shape)) return backend.view(x!, shape);
  const emit: Emit = (graph, [name], [y]) => void graph.op("Tile", [name!, graph.integers(reps)], {}, y);
  return backend.record(`Tile ${(reps as number[]).join()}`, emit, [x!], x!.dtype, shape);
};

function padding(mode: "constant" | "reflect"): Kernel {
  return (backend, { x }, attrs) => {
    const paddings = attrs["paddings"] as [number, number][];
    if (x!.dtype === "bool" || (mode === "reflect" && attrs["mode"] !== "reflect")) return undefined;
    const shape = x!.shape.map((size, i) => size + paddings[i]![0] + paddings[i]![1]);
    const value = (attrs["constantValue"] ?? 0) as number;
    const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
    const emit: Emit = (graph, [name], [y]) => {
      const fill = (graph: GraphBuilder): string => graph.scalar(x!.dtype as NumericType, value);
      graph.op("Pad", [name!, graph.integers(pads), ...(mode === "constant" ? [fill(graph)] : [])], { mode }, y);
    };
    return backend.record(`Pad ${mode} ${pads.join()} ${value}`, emit, [x!], x!.dtype, shape);
  };
}

/** Pads with zeros, or the value given. */
export const padWithZeros: Kernel = padding("constant");

const topK: Kernel = (backend, { x }, { k }) => {
  if (x!.dtype === "bool" || k === 0 || x!.shape.length === 0) return undefined;
  const shape = [...x!.shape.slice(0, -1), k as number];
  const emit: Emit = (graph, [name], [values, indices]) => {
    const wide = graph.fresh();
    graph.many("TopK", [name!, graph.integers([k])], { axis: -1 }, [values!, wide]);
    graph.castTo(wide, "int32", indices);
  };
  return backend.recordMany(
    `TopK ${k}`,
    emit,
    [x!],
    [tensorType(x!.dtype as NumericType, shape), tensorType("int32", shape)],
  );
};

/** Kernels that choose numbers, by place or by size. */
export const indexKernels: Kernels = {
  GatherNd: gatherNd,
  GatherV2: gather,
  MirrorPad: padding("reflect"),
  PadV2: padWithZeros,
  Select: select,
  Tile: tile,
  TopK: topK,
};
