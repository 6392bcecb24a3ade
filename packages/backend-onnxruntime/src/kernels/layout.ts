import { backend_util, slice_util, util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { operation, type Operation } from "../record/operation.ts";
import { sameShape, tensorType, type NumericType } from "../record/types.ts";
import { padWithZeros } from "./index-kernels.ts";
import { type Kernel, type Kernels, sizeOf } from "./kernel.ts";

const reshape: Kernel = (backend, { x }, { shape }) => {
  const result = util.inferFromImplicitShape(shape, sizeOf(x!.shape));
  util.assert(
    sizeOf(result) === sizeOf(x!.shape),
    () =>
      `Reshape: the new shape [${result}] has ${sizeOf(result)} elements, got a tensor of [${x!.shape}]. Give a shape with as many elements.`,
  );
  return backend.view(x!, result);
};

const expandDims: Kernel = (backend, { input }, { dim }) => {
  const { shape } = input!;
  const at = dim < 0 ? shape.length + dim + 1 : dim;
  util.assert(
    at >= 0 && at <= shape.length,
    () =>
      `expandDims: the axis must be from ${-shape.length - 1} to ${shape.length}, got ${dim}. Choose a position between the axes of [${shape}].`,
  );
  return backend.view(input!, [...shape.slice(0, at), 1, ...shape.slice(at)]);
};

const transposeOperation: Operation<{ readonly perm: readonly number[] }> = operation(
  "Transpose",
  (graph, [x], [y], { attributes: { perm } }) => void graph.op("Transpose", [x!], { perm }, y),
);

const transpose: Kernel = (backend, { x }, { perm }) => {
  const order = perm as number[];
  const shape = order.map((from) => x!.shape[from]!);
  const long = order.filter((from) => x!.shape[from] !== 1);
  if (long.every((from, i) => i === 0 || from > long[i - 1]!)) return backend.view(x!, shape);
  return backend.record(transposeOperation, { perm: order }, [x!], x!.dtype, shape);
};

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

const slice: Kernel = (backend, { x }, attrs) => {
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
  if (sizes.length === 1) return [backend.view(x, x.shape)];
  const types = sizes.map((size) =>
    tensorType(
      x.dtype as NumericType,
      x.shape.map((other, i) => (i === axis ? size : other)),
    ),
  );
  return backend.recordMany(splitOperation, { axis }, [x], types);
}

const splitV: Kernel = (backend, { x }, { numOrSizeSplits, axis }) => {
  const [along] = util.parseAxisParam(axis, x!.shape);
  const sizes = backend_util.prepareSplitSize({ shape: x!.shape } as never, numOrSizeSplits, along!);
  return sizes.includes(0) ? undefined : split(backend, x!, sizes, along!);
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

type Rearrange = (parts: { reshape(shape: readonly number[]): void; transpose(perm: readonly number[]): void }) => void;

/** Applies reshapes and transposes in turn; frees the intermediate tensors. */
function rearranged(backend: OnnxRuntimeBackend, x: TensorInfo, steps: Rearrange): TensorInfo {
  let current = backend.view(x, x.shape);
  const next = (info: TensorInfo): void => {
    backend.disposeInfo(current);
    current = info;
  };
  steps({
    reshape: (shape) => next(backend.view(current, shape)),
    transpose: (perm) => next(transpose(backend, { x: current }, { perm }) as TensorInfo),
  });
  return current;
}

/** As tfjs defines it: blocks of the spatial axes move to the batch axis. The padding is a PadV2, recorded before. */
const spaceToBatch: Kernel = (backend, { x }, { blockShape, paddings }) => {
  const block = blockShape as number[];
  if (x!.dtype === "bool") return undefined;
  const around = [[0, 0], ...(paddings as number[][]), ...x!.shape.slice(1 + block.length).map(() => [0, 0])];
  const padded = around.flat().every((size) => size === 0)
    ? backend.view(x!, x!.shape)
    : (padWithZeros(backend, { x: x! }, { paddings: around }) as TensorInfo);
  const { shape } = padded;
  const apart = backend_util.getReshaped(shape, block, sizeOf(block), false);
  const result = rearranged(backend, padded, ({ reshape: to, transpose: order }) => {
    to(apart);
    order(backend_util.getPermuted(apart.length, block.length, false));
    to(backend_util.getReshapedPermuted(shape, block, sizeOf(block), false));
  });
  backend.disposeInfo(padded);
  return result;
};

const batchToSpace: Kernel = (backend, { x }, { blockShape, crops }) => {
  const block = blockShape as number[];
  const product = sizeOf(block);
  const apart = backend_util.getReshaped(x!.shape, block, product);
  const whole = backend_util.getReshapedPermuted(x!.shape, block, product);
  const size = backend_util.getSliceSize(whole, crops, block.length);
  if (sizeOf(size) === 0) return undefined;
  const together = rearranged(backend, x!, ({ reshape: to, transpose: order }) => {
    to(apart);
    order(backend_util.getPermuted(apart.length, block.length));
    to(whole);
  });
  // tfjs gives no size for trailing axes that are not sliced.
  const begin = backend_util.getSliceBeginCoords(crops, block.length);
  const result = slice(backend, { x: together }, { begin, size }) as TensorInfo;
  backend.disposeInfo(together);
  return result;
};

const depthToSpace: Kernel = (backend, { x }, { blockSize, dataFormat }) => {
  if (dataFormat !== "NHWC") return undefined;
  const [batch, height, width, depth] = x!.shape as [number, number, number, number];
  const rest = depth / (blockSize * blockSize);
  return rearranged(backend, x!, ({ reshape: to, transpose: order }) => {
    to([batch, height, width, blockSize, blockSize, rest]);
    order([0, 1, 3, 2, 4, 5]);
    to([batch, height * blockSize, width * blockSize, rest]);
  });
};

const flip: Kernel = (backend, { image }) => reverse(backend, { x: image! }, { dims: [2] });

/** Kernels that move values without changing them. Reshapes and full slices are views. */
export const layoutKernels: Kernels = {
  BatchToSpaceND: batchToSpace,
  Concat: concat,
  DepthToSpace: depthToSpace,
  ExpandDims: expandDims,
  FlipLeftRight: flip,
  Identity: (backend, { x }) => backend.view(x!, x!.shape),
  Pack: pack,
  Reshape: reshape,
  Reverse: reverse,
  Slice: slice,
  SpaceToBatchND: spaceToBatch,
  SplitV: splitV,
  StridedSlice: stridedSlice,
  Transpose: transpose,
  Unpack: unpack,
};
