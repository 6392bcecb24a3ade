import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Attributes } from "../onnx/graph-builder.ts";
import { operation, type Operation } from "../record/operation.ts";
import { toChannelsFirst, toChannelsLast } from "./channels.ts";
import { sizeOf, type Kernel, type Kernels } from "./kernel.ts";
import { fits, onnxPads, overhang, poolWindow, type Window } from "./window.ts";

/**
 * ONNX Runtime requires padding smaller than the kernel. tfjs rounds sizes in some gradients differently than in
 * forward.
 */
function poolable(x: TensorInfo, window: Window, dy: TensorInfo = x): boolean {
  const { kernel, channelsFirst } = window;
  const pads = onnxPads(window);
  const short = pads.every((size, i) => size < kernel[i % kernel.length]!);
  const expected = dy === x || dy.shape.slice(1, -1).join() === window.output.join();
  return x.dtype === "float32" && dy.dtype === "float32" && !channelsFirst && fits(window) && short && expected;
}

function attributesOf(window: Window, more: Attributes = {}): Attributes {
  return { kernel_shape: window.kernel, strides: window.strides, pads: onnxPads(window), ...more };
}

/** Windows of size 1 with stride 1 change nothing. */
function isIdentity({ kernel, strides, input, output }: Window): boolean {
  return [...kernel, ...strides].every((size) => size === 1) && input.join() === output.join();
}

type Pooling = { readonly window: Window };

function pool(op: "MaxPool" | "AveragePool"): Kernel {
  const pooling: Operation<Pooling> = operation(op, (graph, [image], [y], { attributes: { window }, inputTypes }) => {
    const rank = inputTypes[0]!.shape.length;
    // As in the CPU kernel NaN is never the largest.
    const values =
      op === "MaxPool" ? graph.op("Where", [graph.op("IsNaN", [image!]), graph.float(-Infinity), image!]) : image!;
    const pooled = graph.op(op, [toChannelsFirst(graph, values, rank)], attributesOf(window));
    toChannelsLast(graph, pooled, rank, y);
  });
  return (backend, { x }, attrs) => {
    const window = poolWindow(x!.shape, attrs);
    if (!poolable(x!, window)) return undefined;
    if (isIdentity(window)) return backend.view(x!, x!.shape);
    const shape = [window.batch, ...window.output, window.channels];
    return backend.record(pooling, { window }, [x!], "float32", shape);
  };
}

/** Every dy goes to the first maximum in its window, whose index ONNX's MaxPool returns. */
const maxPoolGradientOperation: Operation<Pooling> = operation(
  "MaxPoolGradient",
  (graph, [rate, image], [dx], { attributes: { window }, outputTypes: [type] }) => {
    const rank = type!.shape.length;
    const { batch, channels, input } = window;
    const places = graph.fresh();
    graph.many("MaxPool", [toChannelsFirst(graph, image!, rank)], attributesOf(window), [graph.fresh(), places]);
    const flat = (value: string): string => graph.op("Reshape", [value, graph.integers([-1])]);
    const zeros = graph.op("Expand", [graph.float(0), graph.integers([type!.size])]);
    const updates = flat(toChannelsFirst(graph, rate!, rank));
    const summed = graph.op("ScatterElements", [zeros, flat(places), updates], { axis: 0, reduction: "add" });
    const shaped = graph.op("Reshape", [summed, graph.integers([batch, channels, ...input])]);
    toChannelsLast(graph, shaped, rank, dx);
  },
);

const maxPoolGradient: Kernel = (backend, { dy, input: x }, attrs) => {
  const window = poolWindow(x!.shape, attrs);
  if (!poolable(x!, window, dy!)) return undefined;
  return backend.record(maxPoolGradientOperation, { window }, [dy!, x!], "float32", x!.shape);
};

/** If windows neither overlap nor leave gaps, every dy is repeated over its window. */
const repeatedShares: Operation<Pooling> = operation(
  "RepeatedShares",
  (graph, [rate], [dx], { attributes: { window }, outputTypes: [type] }) => {
    const { batch, channels, output, kernel } = window;
    const apart = [batch, ...output.flatMap((size) => [size, 1]), channels];
    const repeated = [batch, ...output.flatMap((size, i) => [size, kernel[i]!]), channels];
    const scaled = graph.op("Mul", [rate!, graph.float(1 / sizeOf(kernel))]);
    const column = graph.op("Reshape", [scaled, graph.integers(apart)]);
    graph.op("Reshape", [graph.op("Expand", [column, graph.integers(repeated)]), graph.integers(type!.shape)], {}, dx);
  },
);

/** As in the CPU kernel, every element of a window gets dy divided by the full kernel size, also at the edges. */
const averagePoolGradientOperation: Operation<Pooling> = operation(
  "AveragePoolGradient",
  (graph, [rate], [dx], { attributes: { window }, outputTypes: [type] }) => {
    const rank = type!.shape.length;
    const { kernel, channels } = window;
    const shares = graph.op("Expand", [graph.float(1 / sizeOf(kernel)), graph.integers([channels, 1, ...kernel])]);
    const attributes = attributesOf(window, {
      group: channels,
      output_padding: overhang(window).map((size) => Math.max(0, -size)),
    });
    const wide = graph.op("ConvTranspose", [toChannelsFirst(graph, rate!, rank), shares], attributes);
    toChannelsLast(graph, wide, rank, dx);
  },
);

const averagePoolGradient: Kernel = (backend, { dy, input: x }, attrs) => {
  const window = poolWindow(x!.shape, attrs);
  if (!poolable(x!, window, dy!)) return undefined;
  const apart = window.kernel.join() === window.strides.join() && onnxPads(window).every((size) => size === 0);
  const fitsExactly = apart && overhang(window).every((size) => size === 0);
  return backend.record(
    fitsExactly ? repeatedShares : averagePoolGradientOperation,
    { window },
    [dy!],
    "float32",
    x!.shape,
  );
};

/** Pooling and its gradients. The gradient of MaxPool3D is the CPU kernel's, which chooses the last of equal values. */
export const poolingKernels: Kernels = {
  AvgPool: pool("AveragePool"),
  AvgPool3D: pool("AveragePool"),
  AvgPool3DGrad: averagePoolGradient,
  AvgPoolGrad: averagePoolGradient,
  MaxPool: pool("MaxPool"),
  MaxPool3D: pool("MaxPool"),
  MaxPoolGrad: maxPoolGradient,
};
