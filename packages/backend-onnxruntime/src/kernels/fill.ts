import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { Data } from "../record/data.ts";
import { operation, type Operation } from "../record/operation.ts";
import type { NumericType } from "../record/types.ts";
import { repeat } from "./binary.ts";
import { type Kernel, type Kernels, sizeOf } from "./kernel.ts";

/** Values that become constants of the graph; any other value is an input, so that changing it does not recompile. */
const constants: ReadonlySet<number> = new Set([0, 1, -1]);

const fillOperation: Operation<{ readonly value: number }> = operation(
  "Fill",
  (graph, _, [y], { attributes: { value }, outputTypes: [type] }) =>
    void graph.op("Expand", [graph.scalar(type!.dtype, value), graph.integers(type!.shape)], {}, y),
);

/** A tensor filled with one value. */
export function filled(
  backend: OnnxRuntimeBackend,
  shape: readonly number[],
  dtype: NumericType,
  value: number,
): TensorInfo {
  if (!constants.has(value)) {
    const scalar = backend.make(
      dtype === "float32" ? Float32Array.of(value) : dtype === "int32" ? Int32Array.of(value) : Uint8Array.of(value),
      [],
      dtype,
    );
    const result = repeat(backend, scalar, shape);
    backend.disposeInfo(scalar);
    return result;
  }
  const result = backend.record(fillOperation, { value }, [], dtype, shape);
  (backend.dataOf(result.dataId) as Data).fill = value;
  return result;
}

const fill: Kernel = (backend, _, { shape, value, dtype }) => {
  const type = dtype ?? (typeof value === "string" ? "string" : "float32");
  return sizeOf(shape) === 0 || !["float32", "int32", "bool"].includes(type)
    ? undefined
    : filled(backend, shape, type, Number(value));
};

const oneHotOperation: Operation<{ readonly depth: number; readonly on: number; readonly off: number }> = operation(
  "OneHot",
  (graph, [ids], [y], { attributes: { depth, on, off }, outputTypes: [type] }) => {
    const { dtype } = type!;
    const classes = graph.op("Range", [graph.int32(0), graph.int32(depth), graph.int32(1)]);
    const hits = graph.op("Equal", [graph.op("Unsqueeze", [ids!, graph.integers([-1])]), classes]);
    if (on === 1 && off === 0) graph.castTo(hits, dtype, y);
    else graph.op("Where", [hits, graph.scalar(dtype, on), graph.scalar(dtype, off)], {}, y);
  },
);

const oneHot: Kernel = (backend, { indices }, { depth, onValue: on, offValue: off, dtype }) => {
  if (indices!.dtype !== "int32" || !["float32", "int32"].includes(dtype)) return undefined;
  return backend.record(oneHotOperation, { depth, on, off }, [indices!], dtype, [...indices!.shape, depth]);
};

function like(value: number): Kernel {
  return (backend, { x }) => filled(backend, x!.shape, x!.dtype as NumericType, value);
}

/** Kernels that create tensors from attributes. */
export const fillKernels: Kernels = { Fill: fill, OneHot: oneHot, OnesLike: like(1), ZerosLike: like(0) };
