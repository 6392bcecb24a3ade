import { backend_util, type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { operation, type Operation } from "../record/operation.ts";
import { allocate } from "../record/storage.ts";
import { tensorType, type NumericType } from "../record/types.ts";
import type { Kernel, Kernels } from "./kernel.ts";

const concatOperation: Operation<{ readonly axis: number }> = operation(
  "Concat",
  (graph, parts, [y], { attributes: { axis } }) => void graph.op("Concat", parts, { axis }, y),
);

function joined(backend: OnnxRuntimeBackend, parts: readonly TensorInfo[], axis: number): TensorInfo {
  const first = parts[0]!;
  const shape = [...first.shape];
  shape[axis] = parts.reduce((total, { shape: other }) => total + other[axis]!, 0);
  return backend.record(concatOperation, { axis }, parts, first.dtype, shape);
}

const concat: Kernel = (backend, inputs, { axis }) => {
  const parts = Object.values(inputs);
  const [along] = util.parseAxisParam(axis, parts[0]!.shape);
  backend_util.assertParamsConsistent(
    parts.map(({ shape }) => shape),
    along!,
  );
  if (parts.some((info) => info.dtype !== parts[0]!.dtype)) return undefined;
  return parts.length === 1 ? backend.view(parts[0]!, parts[0]!.shape) : joined(backend, parts, along!);
};

const pack: Kernel = (backend, inputs, { axis }) => {
  const parts = Object.values(inputs);
  for (const { shape } of parts)
    util.assertShapesMatch(parts[0]!.shape, shape, "stack: the tensors must have one shape. ");
  if (parts.some((info) => info.dtype !== parts[0]!.dtype)) return undefined;
  const widened = parts.map((info) => backend.view(info, [...info.shape.slice(0, axis), 1, ...info.shape.slice(axis)]));
  const result = widened.length === 1 ? backend.view(widened[0]!, widened[0]!.shape) : joined(backend, widened, axis);
  for (const info of widened) backend.disposeInfo(info);
  return result;
};

const splitOperation: Operation<{ readonly axis: number }> = operation(
  "Split",
  (graph, [x], parts, { attributes: { axis }, outputTypes }) => {
    const sizes = outputTypes.map(({ shape }) => shape[axis]!);
    graph.many("Split", [x!, graph.integers(sizes)], { axis }, parts);
  },
);

function split(backend: OnnxRuntimeBackend, x: TensorInfo, sizes: readonly number[], axis: number): TensorInfo[] {
  const types = sizes.map((size) =>
    tensorType(
      x.dtype as NumericType,
      x.shape.map((other, i) => (i === axis ? size : other)),
    ),
  );
  const filled = types.filter(({ size }) => size > 0);
  const parts = (
    filled.length === 1 ? [backend.view(x, x.shape)] : backend.recordMany(splitOperation, { axis }, [x], filled)
  ).values();
  // No graph has empty tensors.
  return types.map(({ dtype, shape, size }) =>
    size > 0 ? parts.next().value! : backend.make(allocate(dtype, 0), shape, dtype),
  );
}

const splitV: Kernel = (backend, { x }, { numOrSizeSplits, axis }) => {
  const [along] = util.parseAxisParam(axis, x!.shape);
  const sizes = backend_util.prepareSplitSize({ shape: x!.shape } as never, numOrSizeSplits, along!);
  return split(backend, x!, sizes, along!);
};

const unpack: Kernel = (backend, { value }, { axis }) => {
  const along = axis < 0 ? axis + value!.shape.length : axis;
  const pieces = split(backend, value!, new Array<number>(value!.shape[along]!).fill(1), along);
  const shape = value!.shape.filter((_, i) => i !== along);
  return pieces.map((piece) => {
    const result = backend.view(piece, shape);
    backend.disposeInfo(piece);
    return result;
  });
};

/** Kernels that join tensors along an axis, or split them. */
export const concatKernels: Kernels = {
  Concat: concat,
  Pack: pack,
  SplitV: splitV,
  Unpack: unpack,
};
