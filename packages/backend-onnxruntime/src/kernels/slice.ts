import { slice_util, type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { operation, type Operation } from "../record/operation.ts";
import { sameShape } from "../record/types.ts";
import { type Kernel, type Kernels, sizeOf } from "./kernel.ts";

/** For the named axes; the other axes are not sliced. */
type Bounds = {
  readonly axes: readonly number[];
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly steps: readonly number[] | undefined;
};

const sliceOperation: Operation<Bounds> = operation("Slice", (graph, [x], [y], { attributes }) => {
  const { axes, begin, end, steps } = attributes;
  const bounds = [begin, end, axes, ...(steps === undefined ? [] : [steps])];
  graph.op("Slice", [x!, ...bounds.map((numbers) => graph.integers(numbers))], {}, y);
});

function part(
  backend: OnnxRuntimeBackend,
  x: TensorInfo,
  begin: readonly number[],
  size: readonly number[],
  steps?: readonly number[],
): TensorInfo {
  if (steps === undefined && sameShape(size, x.shape)) return backend.view(x, x.shape);
  const axes = x.shape.map((_, i) => i).filter((i) => size[i] !== x.shape[i] || (steps?.[i] ?? 1) !== 1);
  const pick = (values: readonly number[]): number[] => axes.map((i) => values[i]!);
  const ends = begin.map((from, i) => from + (size[i]! - 1) * (steps?.[i] ?? 1) + 1);
  const bounds = { axes, begin: pick(begin), end: pick(ends), steps: steps && pick(steps) };
  return backend.record(sliceOperation, bounds, [x], x.dtype, size);
}

export const slice: Kernel = (backend, { x }, attrs) => {
  const [begin, size] = slice_util.parseSliceParams({ shape: x!.shape } as never, attrs["begin"], attrs["size"]) as [
    number[],
    number[],
  ];
  slice_util.assertParamsValid({ shape: x!.shape, rank: x!.shape.length } as never, begin, size);
  return sizeOf(size) === 0 ? undefined : part(backend, x!, begin, size);
};

const stridedSlice: Kernel = (backend, { x }, attrs) => {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
  const info = slice_util.sliceInfo(
    x!.shape,
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  );
  if (info.isIdentity) return backend.view(x!, info.finalShape);
  if (sizeOf(info.finalShape) === 0 || info.strides.some((step) => step < 1)) return undefined;
  const size = slice_util.computeOutShape(info.begin, info.end, info.strides);
  const plain = info.strides.every((step) => step === 1);
  const sparse = part(backend, x!, info.begin, size, plain ? undefined : info.strides);
  const result = backend.view(sparse, info.finalShape);
  backend.disposeInfo(sparse);
  return result;
};

const reverseOperation: Operation<{ readonly axes: readonly number[] }> = operation(
  "Reverse",
  (graph, [x], [y], { attributes: { axes } }) => {
    const all = (value: number): string => graph.integers(axes.map(() => value));
    graph.op("Slice", [x!, all(-1), all(-2147483648), graph.integers(axes), all(-1)], {}, y);
  },
);

const reverse: Kernel = (backend, { x }, { dims }) => {
  const axes = util.parseAxisParam(dims, x!.shape);
  if (axes.length === 0) return backend.view(x!, x!.shape);
  return backend.record(reverseOperation, { axes }, [x!], x!.dtype, x!.shape);
};

const flip: Kernel = (backend, { image }) => reverse(backend, { x: image! }, { dims: [2] });

/** Slices and reversals. A slice of everything is a view. */
export const sliceKernels: Kernels = {
  FlipLeftRight: flip,
  Reverse: reverse,
  Slice: slice,
  StridedSlice: stridedSlice,
};
