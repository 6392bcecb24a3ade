import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { Attributes, Emit, GraphBuilder } from "../graph/graph-builder.ts";
import { emitActivation } from "./activation.ts";
import { toChannelsFirst, toChannelsLast } from "./channels.ts";
import { columnSums } from "./long-reduction.ts";
import { sizeOf, type Attrs, type Inputs, type Kernel, type Kernels } from "./kernel.ts";
import {
  convolutionWindow,
  fits,
  onnxPads,
  overhang,
  volumeConvolutionWindow,
  windowKey,
  type Window,
} from "./window.ts";

function allFloats(...infos: readonly TensorInfo[]): boolean {
  return infos.every(({ dtype }) => dtype === "float32");
}

/** tfjs's filter [...kernel, in, out] as ONNX's [out, in, ...kernel]; a depthwise one [...kernel, in, times] as [in · times, 1, ...kernel]. */
function emitFilter(graph: GraphBuilder, filter: string, shape: readonly number[], depthwise: boolean): string {
  const [first, second] = depthwise ? [shape.length - 2, shape.length - 1] : [shape.length - 1, shape.length - 2];
  const kernel = shape.slice(0, -2);
  const ordered = graph.op("Transpose", [filter], { perm: [first, second, ...kernel.map((_, i) => i)] });
  return depthwise
    ? graph.op("Reshape", [ordered, graph.integers([shape.at(-2)! * shape.at(-1)!, 1, ...kernel])])
    : ordered;
}

function attributesOf(window: Window, group: number): Attributes {
  const { kernel, strides, dilations } = window;
  return { kernel_shape: kernel, strides, dilations, group, pads: onnxPads(window) };
}

/** A kernel of one element that moves by one is a product. */
function isProduct(window: Window): boolean {
  const ones = [...window.kernel, ...window.strides].every((size) => size === 1);
  return ones && !window.channelsFirst && onnxPads(window).every((size) => size === 0);
}

interface Convolution {
  readonly name: string;
  readonly depthwise: boolean;
  readonly window: Window;
}

/** The convolution with what a fused kernel adds: bias, activation and its slopes. */
function convolve(
  backend: OnnxRuntimeBackend,
  { x, filter, bias, preluActivationWeights: slope }: Inputs,
  { activation = "linear", leakyreluAlpha = 0.2 }: Attrs,
  { name, depthwise, window }: Convolution,
): TensorInfo | undefined {
  const present = [x!, filter!, bias, slope].filter((info) => info !== undefined && info !== null);
  if (!allFloats(...present) || !fits(window)) return undefined;
  const rank = x!.shape.length;
  const channels = depthwise ? filter!.shape.at(-1)! * filter!.shape.at(-2)! : filter!.shape.at(-1)!;
  const hasBias = bias !== undefined && bias !== null;
  const plainBias = hasBias && bias.shape.length === 1 && bias.shape[0] === channels;
  if (window.channelsFirst && ((hasBias && !plainBias) || activation === "prelu")) return undefined;
  const product = !depthwise && isProduct(window);
  const emit: Emit = (graph, names, [y]) => {
    const plain = activation === "linear";
    let sum: string;
    if (product) {
      const table = graph.op("Reshape", [names[1]!, graph.integers(filter!.shape.slice(-2))]);
      sum = graph.op("MatMul", [names[0]!, table], {}, plain && !hasBias ? y : undefined);
    } else {
      const image = window.channelsFirst ? names[0]! : toChannelsFirst(graph, names[0]!, rank);
      const weights = emitFilter(graph, names[1]!, filter!.shape, depthwise);
      const last = plain && (!hasBias || plainBias) ? y : undefined;
      const inputs = [image, weights, ...(plainBias ? [names[2]!] : [])];
      const attributes = attributesOf(window, depthwise ? window.channels : 1);
      sum = graph.op("Conv", inputs, attributes, window.channelsFirst ? last : undefined);
      if (!window.channelsFirst) sum = toChannelsLast(graph, sum, rank, last);
    }
    if (hasBias && (product || !plainBias)) sum = graph.op("Add", [sum, names[2]!], {}, plain ? y : undefined);
    if (!plain) emitActivation(graph, activation, sum, names.at(-1)!, leakyreluAlpha, y!);
  };
  const { batch, output } = window;
  const shape = window.channelsFirst ? [batch, channels, ...output] : [batch, ...output, channels];
  const key = `${name} ${windowKey(window)} ${hasBias} ${activation} ${leakyreluAlpha}`;
  return backend.record(key, emit, present, "float32", shape);
}

function convolution(name: string, depthwise: boolean): Kernel {
  return (backend, inputs, attrs) => {
    const window = convolutionWindow(inputs["x"]!.shape, inputs["filter"]!.shape, attrs, depthwise);
    return convolve(backend, inputs, attrs, { name, depthwise, window });
  };
}

const volumeConvolution: Kernel = (backend, inputs, attrs) => {
  const window = volumeConvolutionWindow(inputs["x"]!.shape, inputs["filter"]!.shape, attrs);
  return convolve(backend, inputs, {}, { name: "Conv3D", depthwise: false, window });
};

/** The gradient of a convolution's input is ONNX's transposed convolution; it is tfjs's conv2dTranspose as well. */
function inputGradient(
  backend: OnnxRuntimeBackend,
  { dy, filter }: Inputs,
  shape: readonly number[],
  { name, depthwise, window }: Convolution,
): TensorInfo | undefined {
  const given = window.channelsFirst ? dy!.shape.slice(2) : dy!.shape.slice(1, -1);
  // conv2dTranspose may ask for a size that no convolution would have made this dy of.
  if (!allFloats(dy!, filter!) || !fits(window) || given.join() !== window.output.join()) return undefined;
  const rank = shape.length;
  const after = overhang(window);
  const emit: Emit = (graph, [gradient, weights], [dx]) => {
    const image = window.channelsFirst ? gradient! : toChannelsFirst(graph, gradient!, rank);
    const attributes = {
      ...attributesOf(window, depthwise ? window.channels : 1),
      output_padding: after.map((size) => Math.max(0, -size)),
    };
    const inputs = [image, emitFilter(graph, weights!, filter!.shape, depthwise)];
    const wide = graph.op("ConvTranspose", inputs, attributes, window.channelsFirst ? dx : undefined);
    if (!window.channelsFirst) toChannelsLast(graph, wide, rank, dx);
  };
  return backend.record(`${name} ${windowKey(window)} ${after.join()}`, emit, [dy!, filter!], "float32", shape);
}

function convolutionInputGradient(name: string, depthwise: boolean): Kernel {
  return (backend, inputs, attrs) => {
    const shape = attrs["inputShape"] as number[];
    const window = convolutionWindow(shape, inputs["filter"]!.shape, attrs, depthwise);
    return inputGradient(backend, inputs, shape, { name, depthwise, window });
  };
}

const volumeInputGradient: Kernel = (backend, inputs, attrs) => {
  const shape = attrs["inputShape"] as number[];
  const window = volumeConvolutionWindow(shape, inputs["filter"]!.shape, attrs);
  return inputGradient(backend, inputs, shape, { name: "Conv3DBackpropInputV2", depthwise: false, window });
};

/** For every element of the kernel, in order, what of the channels-last input it meets: [batch, ...output, channels] each. */
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

/** The gradient of a filter: the products of what each of its elements meets with dy. Channels come last throughout. */
function filterGradient(
  backend: OnnxRuntimeBackend,
  { x, dy }: Inputs,
  shape: readonly number[],
  { name, window }: Convolution,
): TensorInfo | undefined {
  if (!allFloats(x!, dy!) || !fits(window) || window.channelsFirst) return undefined;
  const { batch, output, channels } = window;
  const rows = batch * sizeOf(output);
  const emit: Emit = (graph, [image, gradient], [dFilter]) => {
    const flat = (value: string, columns: number): string =>
      graph.op("Reshape", [value, graph.integers([rows, columns])]);
    const rate = flat(gradient!, shape.at(-1)!);
    const patches = emitPatches(graph, image!, window);
    const met = patches.length === 1 ? patches[0]! : graph.op("Concat", patches, { axis: -1 });
    const product = graph.microsoft("FusedMatMul", [flat(met, patches.length * channels), rate], {
      transA: 1,
      transB: 0,
      alpha: { float: 1 },
    });
    graph.op("Reshape", [product, graph.integers(shape)], {}, dFilter);
  };
  return backend.record(`${name} ${windowKey(window)}`, emit, [x!, dy!], "float32", shape);
}

const convolutionFilterGradient: Kernel = (backend, inputs, attrs) => {
  const shape = attrs["filterShape"] as number[];
  const window = convolutionWindow(inputs["x"]!.shape, shape, attrs, false);
  return filterGradient(backend, inputs, shape, { name: "Conv2DBackpropFilter", depthwise: false, window });
};

const volumeFilterGradient: Kernel = (backend, inputs, attrs) => {
  const shape = attrs["filterShape"] as number[];
  const window = volumeConvolutionWindow(inputs["x"]!.shape, shape, attrs);
  return filterGradient(backend, inputs, shape, { name: "Conv3DBackpropFilterV2", depthwise: false, window });
};

/** Of a depthwise filter every channel meets only its own part of dy: products element by element, summed by a row of ones. */
const depthwiseFilterGradient: Kernel = (backend, { x, dy }, attrs) => {
  const shape = attrs["filterShape"] as number[];
  const window = convolutionWindow(x!.shape, shape, attrs, true);
  if (!allFloats(x!, dy!) || !fits(window) || window.channelsFirst) return undefined;
  const { batch, output, channels } = window;
  const rows = batch * sizeOf(output);
  const times = shape.at(-1)!;
  const emit: Emit = (graph, [image, gradient], [dFilter]) => {
    const rate = graph.op("Reshape", [gradient!, graph.integers([rows, channels, times])]);
    const sums = emitPatches(graph, image!, window).map((patch) => {
      const column = graph.op("Reshape", [patch, graph.integers([rows, channels, 1])]);
      const product = graph.op("Reshape", [graph.op("Mul", [column, rate]), graph.integers([rows, channels * times])]);
      return columnSums(graph, product, rows, channels * times);
    });
    const all = sums.length === 1 ? sums[0]! : graph.op("Concat", sums, { axis: 0 });
    graph.op("Reshape", [all, graph.integers(shape)], {}, dFilter);
  };
  return backend.record(`DepthwiseFilterGradient ${windowKey(window)}`, emit, [x!, dy!], "float32", shape);
};

/** Convolutions and their gradients. */
export const convolutionKernels: Kernels = {
  Conv2D: convolution("Conv2D", false),
  Conv2DBackpropFilter: convolutionFilterGradient,
  Conv2DBackpropInput: convolutionInputGradient("Conv2DBackpropInput", false),
  Conv3D: volumeConvolution,
  Conv3DBackpropFilterV2: volumeFilterGradient,
  Conv3DBackpropInputV2: volumeInputGradient,
  DepthwiseConv2dNative: convolution("DepthwiseConv2dNative", true),
  DepthwiseConv2dNativeBackpropFilter: depthwiseFilterGradient,
  DepthwiseConv2dNativeBackpropInput: convolutionInputGradient("DepthwiseConv2dNativeBackpropInput", true),
  FusedConv2D: convolution("FusedConv2D", false),
  FusedDepthwiseConv2D: convolution("FusedDepthwiseConv2D", true),
};
