import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { GraphBuilder } from "../onnx/graph-builder.ts";
import { emitTransposedProduct } from "../onnx/transposed-product.ts";
import { operation, type Operation } from "../record/operation.ts";
import { toChannelsFirst, toChannelsLast } from "./channels.ts";
import { allFloats, attributesOf, type Convolution, emitFilter } from "./convolution.ts";
import { sizeOf, type Inputs, type Kernel, type Kernels } from "./kernel.ts";
import { columnSums } from "./long-reduction.ts";
import { convolutionWindow, fits, onnxPads, overhang, volumeConvolutionWindow, type Window } from "./window.ts";

const inputGradientOperation: Operation<Convolution> = operation(
  "ConvolutionInputGradient",
  (graph, [gradient, weights], [dx], { attributes: { depthwise, window }, inputTypes }) => {
    const filterShape = inputTypes[1]!.shape;
    const rank = filterShape.length;
    const image = window.channelsFirst ? gradient! : toChannelsFirst(graph, gradient!, rank);
    const attributes = {
      ...attributesOf(window, depthwise ? window.channels : 1),
      output_padding: overhang(window).map((size) => Math.max(0, -size)),
    };
    const inputs = [image, emitFilter(graph, weights!, filterShape, depthwise)];
    const wide = graph.op("ConvTranspose", inputs, attributes, window.channelsFirst ? dx : undefined);
    if (!window.channelsFirst) toChannelsLast(graph, wide, rank, dx);
  },
);

/** The gradient of a convolution's input is ONNX's transposed convolution; it is tfjs's conv2dTranspose as well. */
function inputGradient(
  backend: OnnxRuntimeBackend,
  { dy, filter }: Inputs,
  shape: readonly number[],
  convolution: Convolution,
): TensorInfo | undefined {
  const { window } = convolution;
  const given = window.channelsFirst ? dy!.shape.slice(2) : dy!.shape.slice(1, -1);
  // conv2dTranspose may ask for a size from which no convolution gives this dy.
  if (!allFloats(dy!, filter!) || !fits(window) || given.join() !== window.output.join()) return undefined;
  return backend.record(inputGradientOperation, convolution, [dy!, filter!], "float32", shape);
}

function convolutionInputGradient(depthwise: boolean): Kernel {
  return (backend, inputs, attrs) => {
    const shape = attrs["inputShape"] as number[];
    const window = convolutionWindow(shape, inputs["filter"]!.shape, attrs, depthwise);
    return inputGradient(backend, inputs, shape, { depthwise, window });
  };
}

const volumeInputGradient: Kernel = (backend, inputs, attrs) => {
  const shape = attrs["inputShape"] as number[];
  const window = volumeConvolutionWindow(shape, inputs["filter"]!.shape, attrs);
  return inputGradient(backend, inputs, shape, { depthwise: false, window });
};

/**
 * For every element of the kernel, in order, the part of the channels-last input that it is multiplied with: [batch,
 * ...output, channels] each.
 */
function emitPatches(graph: GraphBuilder, x: string, window: Window): string[] {
  const { input, output, kernel, strides, dilations } = window;
  const pads = onnxPads(window);
  const rank = input.length;
  const around = [0, ...pads.slice(0, rank), 0, 0, ...pads.slice(rank), 0];
  const padded = pads.some((size) => size > 0)
    ? graph.op("Pad", [x, graph.integers(around), graph.float(0)], { mode: "constant" })
    : x;
  const axes = graph.integers(input.map((_, i) => i + 1));
  return Array.from({ length: sizeOf(kernel) }, (_, element) => {
    const places = kernel.map((size, i) => Math.floor(element / sizeOf(kernel.slice(i + 1))) % size);
    const starts = places.map((place, i) => place * dilations[i]!);
    const ends = starts.map((start, i) => start + (output[i]! - 1) * strides[i]! + 1);
    return graph.op("Slice", [padded, graph.integers(starts), graph.integers(ends), axes, graph.integers(strides)]);
  });
}

/** The products of dy with the part of the input for each element of the filter. Channels are last throughout. */
const filterGradientOperation: Operation<{ readonly window: Window }> = operation(
  "ConvolutionFilterGradient",
  (graph, [image, gradient], [dFilter], { attributes: { window }, outputTypes: [type] }) => {
    const { batch, output, channels } = window;
    const { shape } = type!;
    const rows = batch * sizeOf(output);
    const flat = (value: string, columns: number): string =>
      graph.op("Reshape", [value, graph.integers([rows, columns])]);
    const rate = flat(gradient!, shape.at(-1)!);
    const patches = emitPatches(graph, image!, window);
    const met = patches.length === 1 ? patches[0]! : graph.op("Concat", patches, { axis: -1 });
    const transposed = { transposeA: true, transposeB: false, ranks: [2, 2] } as const;
    const product = emitTransposedProduct(graph, [flat(met, patches.length * channels), rate], transposed);
    graph.op("Reshape", [product, graph.integers(shape)], {}, dFilter);
  },
);

/** The gradient of a filter. */
function filterGradient(
  backend: OnnxRuntimeBackend,
  { x, dy }: Inputs,
  shape: readonly number[],
  window: Window,
): TensorInfo | undefined {
  if (!allFloats(x!, dy!) || !fits(window) || window.channelsFirst) return undefined;
  return backend.record(filterGradientOperation, { window }, [x!, dy!], "float32", shape);
}

const convolutionFilterGradient: Kernel = (backend, inputs, attrs) => {
  const shape = attrs["filterShape"] as number[];
  const window = convolutionWindow(inputs["x"]!.shape, shape, attrs, false);
  return filterGradient(backend, inputs, shape, window);
};

const volumeFilterGradient: Kernel = (backend, inputs, attrs) => {
  const shape = attrs["filterShape"] as number[];
  const window = volumeConvolutionWindow(inputs["x"]!.shape, shape, attrs);
  return filterGradient(backend, inputs, shape, window);
};

/**
 * In a depthwise convolution every channel is multiplied only with its own part of dy: element-wise products, summed by
 * a product with a row of ones.
 */
const depthwiseFilterGradientOperation: Operation<{ readonly window: Window }> = operation(
  "DepthwiseFilterGradient",
  (graph, [image, gradient], [dFilter], { attributes: { window }, outputTypes: [type] }) => {
    const { batch, output, channels } = window;
    const { shape } = type!;
    const rows = batch * sizeOf(output);
    const times = shape.at(-1)!;
    const rate = graph.op("Reshape", [gradient!, graph.integers([rows, channels, times])]);
    const sums = emitPatches(graph, image!, window).map((patch) => {
      const column = graph.op("Reshape", [patch, graph.integers([rows, channels, 1])]);
      const product = graph.op("Reshape", [graph.op("Mul", [column, rate]), graph.integers([rows, channels * times])]);
      return columnSums(graph, product, rows, channels * times);
    });
    const all = sums.length === 1 ? sums[0]! : graph.op("Concat", sums, { axis: 0 });
    graph.op("Reshape", [all, graph.integers(shape)], {}, dFilter);
  },
);

const depthwiseFilterGradient: Kernel = (backend, { x, dy }, attrs) => {
  const shape = attrs["filterShape"] as number[];
  const window = convolutionWindow(x!.shape, shape, attrs, true);
  if (!allFloats(x!, dy!) || !fits(window) || window.channelsFirst) return undefined;
  return backend.record(depthwiseFilterGradientOperation, { window }, [x!, dy!], "float32", shape);
};

/** Gradients of convolutions, for their input and their filter. */
export const convolutionGradientKernels: Kernels = {
  Conv2DBackpropFilter: convolutionFilterGradient,
  Conv2DBackpropInput: convolutionInputGradient(false),
  Conv3DBackpropFilterV2: volumeFilterGradient,
  Conv3DBackpropInputV2: volumeInputGradient,
  DepthwiseConv2dNativeBackpropFilter: depthwiseFilterGradient,
  DepthwiseConv2dNativeBackpropInput: convolutionInputGradient(true),
};
