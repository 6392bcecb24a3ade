import { backend_util } from "@tensorflow/tfjs-core";
import type { Attrs } from "./kernel.ts";

/** How a kernel slides over the spatial axes of a tensor; every list has one number per axis, height before width. */
export type Window = {
  readonly batch: number;
  readonly channels: number;
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Padding before the first element. */
  readonly before: readonly number[];
  /** Whether the channel axis is before the spatial axes; else it is last. */
  readonly channelsFirst: boolean;
};

type Sizes2 = ReturnType<typeof backend_util.computeConv2DInfo>;
type Sizes3 = ReturnType<typeof backend_util.computeConv3DInfo>;

/** The window of a two-dimensional convolution of channels-last or channels-first images. */
export function convolutionWindow(
  xShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dilations, dimRoundingMode, dataFormat }: Attrs,
  depthwise: boolean,
): Window {
  const format = backend_util.convertConv2DDataFormat((dataFormat ?? "NHWC") as "NHWC" | "NCHW");
  return flat(
    backend_util.computeConv2DInfo(
      xShape as [number, number, number, number],
      filterShape as [number, number, number, number],
      strides,
      dilations ?? 1,
      pad,
      dimRoundingMode,
      depthwise,
      format,
    ),
  );
}

/** The window of a three-dimensional convolution of channels-last volumes. */
export function volumeConvolutionWindow(
  xShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dilations }: Attrs,
): Window {
  type Five = [number, number, number, number, number];
  return deep(backend_util.computeConv3DInfo(xShape as Five, filterShape as Five, strides, dilations ?? 1, pad, false));
}

/** The window of a pooling of channels-last images or volumes. */
export function poolWindow(xShape: readonly number[], attrs: Attrs): Window {
  const { filterSize, strides, pad, dimRoundingMode, dataFormat } = attrs;
  if (xShape.length === 4)
    return flat(
      backend_util.computePool2DInfo(
        xShape as [number, number, number, number],
        filterSize,
        strides,
        1,
        pad,
        dimRoundingMode,
      ),
    );
  type Five = [number, number, number, number, number];
  return deep(
    backend_util.computePool3DInfo(xShape as Five, filterSize, strides, 1, pad, dimRoundingMode, dataFormat ?? "NDHWC"),
  );
}

function flat(info: Sizes2): Window {
  return {
    batch: info.batchSize,
    channels: info.inChannels,
    input: [info.inHeight, info.inWidth],
    output: [info.outHeight, info.outWidth],
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    before: [info.padInfo.top, info.padInfo.left],
    channelsFirst: info.dataFormat === "channelsFirst",
  };
}

function deep(info: Sizes3): Window {
  return {
    batch: info.batchSize,
    channels: info.inChannels,
    input: [info.inDepth, info.inHeight, info.inWidth],
    output: [info.outDepth, info.outHeight, info.outWidth],
    kernel: [info.filterDepth, info.filterHeight, info.filterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
    before: [info.padInfo.front, info.padInfo.top, info.padInfo.left],
    channelsFirst: info.dataFormat === "channelsFirst",
  };
}

/** Distance from the end of the input to the window's last position: padding if positive, unused input if negative. */
export function overhang({ input, output, kernel, strides, dilations, before }: Window): number[] {
  return input.map((size, i) => {
    const reach = (output[i]! - 1) * strides[i]! + (kernel[i]! - 1) * dilations[i]! + 1;
    return reach - size - before[i]!;
  });
}

/** ONNX's padding: first the padding before each axis, then the padding after each. */
export function onnxPads(window: Window): number[] {
  return [...window.before, ...overhang(window).map((after) => Math.max(0, after))];
}

/**
 * Whether the window fits into every axis, with whole-number padding: ONNX rejects anything else. It also takes as many
 * steps as fit, while tfjs takes fewer if the padding is a number and the filter is narrower than high.
 */
export function fits(window: Window): boolean {
  const { output, before, strides } = window;
  return (
    output.every((size) => size > 0) &&
    before.every((size) => size >= 0 && Number.isInteger(size)) &&
    overhang(window).every((size, i) => size > -strides[i]!)
  );
}
