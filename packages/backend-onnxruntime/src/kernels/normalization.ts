import type { TensorInfo } from "@tensorflow/tfjs-core";
import { operation, type Operation } from "../record/operation.ts";
import { toChannelsFirst, toChannelsLast } from "./channels.ts";
import type { Kernel, Kernels } from "./kernel.ts";

/** Whether ONNX broadcasts it over x as tfjs does: its shape is the trailing part of x's. */
function endsLike(info: TensorInfo, x: TensorInfo): boolean {
  const { shape } = info;
  return shape.length <= x.shape.length && shape.every((size, i) => size === x.shape.at(i - shape.length));
}

type Statistics = { readonly epsilon: number; readonly hasScale: boolean; readonly hasOffset: boolean };

/** (x − mean) · scale / √(variance + ε) + offset. */
const batchNormOperation: Operation<Statistics> = operation(
  "BatchNorm",
  (graph, [x, center, spread, ...rest], [y], { attributes: { epsilon, hasScale, hasOffset } }) => {
    const inverse = graph.op("Reciprocal", [graph.op("Sqrt", [graph.op("Add", [spread!, graph.float(epsilon)])])]);
    const factor = hasScale ? graph.op("Mul", [inverse, rest[0]!]) : inverse;
    const centered = graph.op("Sub", [x!, center!]);
    const scaled = graph.op("Mul", [centered, factor], {}, hasOffset ? undefined : y);
    if (hasOffset) graph.op("Add", [scaled, rest.at(-1)!], {}, y);
  },
);

const batchNorm: Kernel = (backend, { x, mean, variance, scale, offset }, { varianceEpsilon }) => {
  const epsilon = (varianceEpsilon ?? 0.001) as number;
  const optional = [scale, offset].filter((info) => info !== undefined && info !== null);
  const statistics = [mean!, variance!, ...optional];
  if (x!.dtype !== "float32" || statistics.some((info) => info.dtype !== "float32" || !endsLike(info, x!)))
    return undefined;
  const [hasScale, hasOffset] = [scale !== undefined && scale !== null, offset !== undefined && offset !== null];
  const attributes = { epsilon, hasScale, hasOffset };
  return backend.record(batchNormOperation, attributes, [x!, ...statistics], "float32", x!.shape);
};

/** x / (bias + α · Σ x²)^β over the neighboring channels; ONNX divides α by the number of channels first. */
const localResponseOperation: Operation<{ size: number; bias: number; alpha: number; beta: number }> = operation(
  "LRN",
  (graph, [image], [y], { attributes: { size, bias, alpha, beta } }) => {
    const attributes = { size, bias: { float: bias }, alpha: { float: alpha * size }, beta: { float: beta } };
    toChannelsLast(graph, graph.op("LRN", [toChannelsFirst(graph, image!, 4)], attributes), 4, y);
  },
);

const localResponse: Kernel = (backend, { x }, { depthRadius, bias, alpha, beta }) => {
  if (x!.dtype !== "float32") return undefined;
  const size = 2 * (depthRadius as number) + 1;
  return backend.record(localResponseOperation, { size, bias, alpha, beta }, [x!], "float32", x!.shape);
};

/** Normalizations of images. */
export const normalizationKernels: Kernels = { FusedBatchNorm: batchNorm, LRN: localResponse };
