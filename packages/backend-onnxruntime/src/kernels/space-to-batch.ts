import { backend_util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { padWithZeros } from "./index-kernels.ts";
import { type Kernel, type Kernels, sizeOf } from "./kernel.ts";
import { transpose } from "./layout.ts";
import { slice } from "./slice.ts";

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
  const uncropped = backend_util.getReshapedPermuted(x!.shape, block, product);
  const size = backend_util.getSliceSize(uncropped, crops, block.length);
  if (sizeOf(size) === 0) return undefined;
  const together = rearranged(backend, x!, ({ reshape: to, transpose: order }) => {
    to(apart);
    order(backend_util.getPermuted(apart.length, block.length));
    to(uncropped);
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

/** Kernels that move blocks between the spatial axes and the batch or the channels: reshapes and transposes. */
export const spaceToBatchKernels: Kernels = {
  BatchToSpaceND: batchToSpace,
  DepthToSpace: depthToSpace,
  SpaceToBatchND: spaceToBatch,
};
