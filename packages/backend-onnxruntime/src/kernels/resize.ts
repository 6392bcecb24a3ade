import type { GraphBuilder } from "../onnx/graph-builder.ts";
import { operation, type Operation } from "../record/operation.ts";
import type { Kernel, Kernels } from "./kernel.ts";

/** The source of each position on a resized axis: two positions of the original, and the weight of the second. */
interface Axis {
  readonly size: number;
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly fraction: readonly number[];
}

/** How positions at one size map to positions at another. */
type Grid = { readonly alignCorners: boolean; readonly halfPixelCenters: boolean };

function ratio(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}

function linearAxis(from: number, to: number, { alignCorners, halfPixelCenters }: Grid): Axis {
  const step = ratio(from, to, alignCorners);
  const places = Array.from({ length: to }, (_, i) => (halfPixelCenters ? step * (i + 0.5) - 0.5 : step * i));
  const low = places.map((place) => Math.max(0, Math.floor(place)));
  const high = places.map((place) => Math.min(from - 1, Math.ceil(place)));
  return { size: from, low, high, fraction: places.map((place, i) => place - low[i]!) };
}

function nearestAxis(from: number, to: number, { alignCorners, halfPixelCenters }: Grid): Axis {
  const step = ratio(from, to, alignCorners);
  const low = Array.from({ length: to }, (_, i) => {
    const place = halfPixelCenters ? step * (i + 0.5) : step * i;
    return Math.max(0, Math.min(from - 1, alignCorners ? Math.round(place) : Math.floor(place)));
  });
  return { size: from, low, high: low, fraction: low.map(() => 0) };
}

type MakeAxis = (from: number, to: number, grid: Grid) => Axis;

/** ONNX's Resize rounds positions in float32, and so sometimes selects other pixels; a gather by index does not. */
function emitAlong(graph: GraphBuilder, x: string, { low, high, fraction }: Axis, axis: number): string {
  const first = graph.op("Gather", [x, graph.integers(low)], { axis });
  if (fraction.every((part) => part === 0)) return first;
  const second = graph.op("Gather", [x, graph.integers(high)], { axis });
  const shape = axis === 1 ? [1, low.length, 1, 1] : [1, 1, low.length, 1];
  const parts = graph.floats(Float32Array.from(fraction), shape);
  return graph.op("Add", [first, graph.op("Mul", [graph.op("Sub", [second, first]), parts])]);
}

function resize(name: string, makeAxis: MakeAxis): Kernel {
  const resizing: Operation<Grid> = operation(
    name,
    (graph, [x], [y], { attributes: grid, inputTypes: [from], outputTypes: [to] }) => {
      const [rows, columns] = [1, 2].map((axis) => makeAxis(from!.shape[axis]!, to!.shape[axis]!, grid));
      graph.op("Identity", [emitAlong(graph, emitAlong(graph, x!, columns!, 2), rows!, 1)], {}, y);
    },
  );
  return (backend, { images }, attrs) => {
    if (images!.dtype !== "float32") return undefined;
    const [batch, , , channels] = images!.shape as [number, number, number, number];
    const [newHeight, newWidth] = attrs["size"] as [number, number];
    if (newHeight === 0 || newWidth === 0) return undefined;
    const shape = [batch, newHeight, newWidth, channels];
    const grid = { alignCorners: attrs["alignCorners"] === true, halfPixelCenters: attrs["halfPixelCenters"] === true };
    return backend.record(resizing, grid, [images!], "float32", shape);
  };
}

/** Above this size, the matrices of a gradient would be too large for constants of a graph. */
const maxMatrix = 2 ** 20;

/** [original, resized]: the weight of each original position in each resized one. */
function emitWeights(graph: GraphBuilder, { size, low, high, fraction }: Axis): string {
  const count = low.length;
  const weights = new Float32Array(size * count);
  for (let i = 0; i < count; i++) {
    weights[low[i]! * count + i]! += 1 - fraction[i]!;
    weights[high[i]! * count + i]! += fraction[i]!;
  }
  return graph.floats(weights, [size, count]);
}

/** The gradient is a product with each axis' weights. As in tfjs, it ignores half-pixel centers. */
function resizeGradient(name: string, makeAxis: MakeAxis): Kernel {
  const gradient: Operation<Grid> = operation(
    name,
    (graph, [rate], [dx], { attributes: grid, inputTypes: [from], outputTypes: [to] }) => {
      const [batch, height, width, channels] = to!.shape as [number, number, number, number];
      const [, newHeight, newWidth] = from!.shape as [number, number, number, number];
      const [rows, columns] = [makeAxis(height, newHeight, grid), makeAxis(width, newWidth, grid)];
      const shaped = (value: string, ...shape: number[]): string => graph.op("Reshape", [value, graph.integers(shape)]);
      const alongHeight = graph.op("MatMul", [
        emitWeights(graph, rows),
        shaped(rate!, batch, newHeight, newWidth * channels),
      ]);
      const alongWidth = graph.op("MatMul", [
        emitWeights(graph, columns),
        shaped(alongHeight, batch * height, newWidth, channels),
      ]);
      graph.op("Reshape", [alongWidth, graph.integers(to!.shape)], {}, dx);
    },
  );
  return (backend, { images, dy }, { alignCorners }) => {
    const [, height, width] = images!.shape as [number, number, number, number];
    const [, newHeight, newWidth] = dy!.shape as [number, number, number, number];
    const tooLarge = Math.max(height * newHeight, width * newWidth) > maxMatrix;
    if (images!.dtype !== "float32" || dy!.dtype !== "float32" || tooLarge) return undefined;
    const grid = { alignCorners: alignCorners === true, halfPixelCenters: false };
    return backend.record(gradient, grid, [dy!], "float32", images!.shape);
  };
}

/** Resizing of images, and its gradients. */
export const resizeKernels: Kernels = {
  ResizeBilinear: resize("ResizeBilinear", linearAxis),
  ResizeBilinearGrad: resizeGradient("ResizeBilinearGrad", linearAxis),
  ResizeNearestNeighbor: resize("ResizeNearestNeighbor", nearestAxis),
  ResizeNearestNeighborGrad: resizeGradient("ResizeNearestNeighborGrad", nearestAxis),
};
