import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { Attributes, GraphBuilder } from "../onnx/graph-builder.ts";
import { operation, type Operation } from "../record/operation.ts";
import { emitActivation } from "./activation.ts";
import { toChannelsFirst, toChannelsLast } from "./channels.ts";
import type { Attrs, Inputs, Kernel, Kernels } from "./kernel.ts";
import { convolutionWindow, fits, onnxPads, volumeConvolutionWindow, type Window } from "./window.ts";

export function allFloats(...infos: readonly TensorInfo[]): boolean {
  return infos.every(({ dtype }) => dtype === "float32");
}

/**
 * tfjs's filter [...kernel, in, out] as ONNX's [out, in, ...kernel]; a depthwise one [...kernel, in, times] as [in ·
 * times, 1, ...kernel].
 */
export function emitFilter(graph: GraphBuilder, filter: string, shape: readonly number[], depthwise: boolean): string {
  const [first, second] = depthwise ? [shape.length - 2, shape.length - 1] : [shape.length - 1, shape.length - 2];
  const kernel = shape.slice(0, -2);
  const ordered = graph.op("Transpose", [filter], { perm: [first, second, ...kernel.map((_, i) => i)] });
  return depthwise
    ? graph.op("Reshape", [ordered, graph.integers([shape.at(-2)! * shape.at(-1)!, 1, ...kernel])])
    : ordered;
}

export function attributesOf(window: Window, group: number): Attributes {
  const { kernel, strides, dilations } = window;
  return { kernel_shape: kernel, strides, dilations, group, pads: onnxPads(window) };
}

/** A convolution with kernel size 1 and stride 1 is a matrix product. */
function isProduct(window: Window): boolean {
  const ones = [...window.kernel, ...window.strides].every((size) => size === 1);
  return ones && !window.channelsFirst && onnxPads(window).every((size) => size === 0);
}

export type Convolution = {
  readonly depthwise: boolean;
  readonly window: Window;
};

type Convolved = Convolution & {
  /** None; one number per channel, which ONNX's Conv adds; or any shape that broadcasts. */
  readonly bias: "none" | "channels" | "any";
  readonly activation: string;
  readonly alpha: number;
};

const convolutionOperation: Operation<Convolved> = operation(
  "Convolution",
  (graph, names, [y], { attributes: { depthwise, window, bias, activation, alpha }, inputTypes }) => {
    const filterShape = inputTypes[1]!.shape;
    const rank = filterShape.length;
    const plain = activation === "linear";
    const product = !depthwise && isProduct(window);
    let sum: string;
    if (product) {
      const table = graph.op("Reshape", [names[1]!, graph.integers(filterShape.slice(-2))]);
      sum = graph.op("MatMul", [names[0]!, table], {}, plain && bias === "none" ? y : undefined);
    } else {
      const image = window.channelsFirst ? names[0]! : toChannelsFirst(graph, names[0]!, rank);
      const weights = emitFilter(graph, names[1]!, filterShape, depthwise);
      const last = plain && bias !== "any" ? y : undefined;
      const inputs = [image, weights, ...(bias === "channels" ? [names[2]!] : [])];
      const attributes = attributesOf(window, depthwise ? window.channels : 1);
      sum = graph.op("Conv", inputs, attributes, window.channelsFirst ? last : undefined);
      if (!window.channelsFirst) sum = toChannelsLast(graph, sum, rank, last);
    }
    if (bias === "any" || (product && bias === "channels"))
      sum = graph.op("Add", [sum, names[2]!], {}, plain ? y : undefined);
    if (!plain) emitActivation(graph, activation, sum, names.at(-1)!, alpha, y!);
  },
);

/** The convolution with the additions of a fused kernel: bias, activation and its slopes. */
function convolve(
  backend: OnnxRuntimeBackend,
  { x, filter, bias, preluActivationWeights: slope }: Inputs,
  { activation = "linear", leakyreluAlpha = 0.2 }: Attrs,
  { depthwise, window }: Convolution,
): TensorInfo | undefined {
  const present = [x!, filter!, bias, slope].filter((info) => info !== undefined && info !== null);
  if (!allFloats(...present) || !fits(window)) return undefined;
  const channels = depthwise ? filter!.shape.at(-1)! * filter!.shape.at(-2)! : filter!.shape.at(-1)!;
  const hasBias = bias !== undefined && bias !== null;
  const plainBias = hasBias && bias.shape.length === 1 && bias.shape[0] === channels;
  if (window.channelsFirst && ((hasBias && !plainBias) || activation === "prelu")) return undefined;
  const { batch, output } = window;
  const shape = window.channelsFirst ? [batch, channels, ...output] : [batch, ...output, channels];
  const kind = plainBias ? "channels" : hasBias ? "any" : "none";
  const attributes = { depthwise, window, bias: kind, activation, alpha: leakyreluAlpha } as const;
  return backend.record(convolutionOperation, attributes, present, "float32", shape);
}

function convolution(depthwise: boolean): Kernel {
  return (backend, inputs, attrs) => {
    const window = convolutionWindow(inputs["x"]!.shape, inputs["filter"]!.shape, attrs, depthwise);
    return convolve(backend, inputs, attrs, { depthwise, window });
  };
}

const volumeConvolution: Kernel = (backend, inputs, attrs) => {
  const window = volumeConvolutionWindow(inputs["x"]!.shape, inputs["filter"]!.shape, attrs);
  return convolve(backend, inputs, {}, { depthwise: false, window });
};

/** Convolutions. */
export const convolutionKernels: Kernels = {
  Conv2D: convolution(false),
  Conv3D: volumeConvolution,
  DepthwiseConv2dNative: convolution(true),
  FusedConv2D: convolution(false),
  FusedDepthwiseConv2D: convolution(true),
};
