import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Emit } from "../graph/graph-builder.ts";
import { toChannelsFirst, toChannelsLast } from "./channels.ts";
import type { Kernel, Kernels } from "./kernel.ts";

/** Whether ONNX's broadcasting repeats it over x as tfjs does: its shape is the end of x's. */
function endsLike(info: TensorInfo, x: TensorInfo): boolean {
  const { shape } = info;
  return shape.length <= x.shape.length && shape.every((size, i) => size === x.shape.at(i - shape.length));
}

/** (x − mean) · scale / √(variance + ε) + offset. */
const batchNorm: Kernel = (backend, { x, mean, variance, scale, offset }, { varianceEpsilon }) => {
  const epsilon = (varianceEpsilon ?? 0.001) as number;
  const optional = [scale, offset].filter((info) => info !== undefined && info !== null);
  const statistics = [mean!, variance!, ...optional];
  if (x!.dtype !== "float32" || statistics.some((info) => info.dtype !== "float32" || !endsLike(info, x!)))
    return undefined;
  const [hasScale, hasOffset] = [scale !== undefined && scale !== null, offset !== undefined && offset !== null];
  const emit: Emit = (graph, [values, centre, spread, ...rest], [y]) => {
    const inverse = graph.op("Reciprocal", [graph.op("Sqrt", [graph.op("Add", [spread!, graph.float(epsilon)])])]);
    const factor = hasScale ? graph.op("Mul", [inverse, rest[0]!]) : inverse;
    const centred = graph.op("Sub", [values!, centre!]);
    const scaled = graph.op("Mul", [centred, factor], {}, hasOffset ? undefined : y);
    if (hasOffset) graph.op("Add", [scaled, rest.at(-1)!], {}, y);
  };
  const key = `BatchNorm ${epsilon} ${hasScale} ${hasOffset}`;
  return backend.record(key, emit, [x!, ...statistics], "float32", x!.shape);
};

/** x / (bias + α · Σ x²)^β over the neighbouring channels; ONNX divides α by their number first. */
const localResponse: Kernel = (backend, { x }, { depthRadius, bias, alpha, beta }) => {
  if (x!.dtype !== "float32") return undefined;
  const size = 2 * (depthRadius as number) + 1;
  const emit: Emit = (graph, [image], [y]) => {
    const attributes = { size, bias: { float: bias }, alpha: { float: alpha * size }, beta: { float: beta } };
    toChannelsLast(graph, graph.op("LRN", [toChannelsFirst(graph, image!, 4)], attributes), 4, y);
  };
  return backend.record(`LRN ${size} ${bias} ${alpha} ${beta}`, emit, [x!], "float32", x!.shape);
};

/** Normalizations of images. */
export const normalizationKernels: Kernels = { FusedBatchNorm: batchNorm, LRN: localResponse };
