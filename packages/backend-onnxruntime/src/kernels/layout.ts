import { util } from "@tensorflow/tfjs-core";
import { operation, type Operation } from "../record/operation.ts";
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

export const transpose: Kernel = (backend, { x }, { perm }) => {
  const order = perm as number[];
  const shape = order.map((from) => x!.shape[from]!);
  const long = order.filter((from) => x!.shape[from] !== 1);
  if (long.every((from, i) => i === 0 || from > long[i - 1]!)) return backend.view(x!, shape);
  return backend.record(transposeOperation, { perm: order }, [x!], x!.dtype, shape);
};

/** Reshapes are views: the values stay where they are. A transpose moves them. */
export const layoutKernels: Kernels = {
  ExpandDims: expandDims,
  Identity: (backend, { x }) => backend.view(x!, x!.shape),
  Reshape: reshape,
  Transpose: transpose,
};
