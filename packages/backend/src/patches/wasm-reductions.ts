import * as tf from "@tensorflow/tfjs-core";
import { KernelCalls, replaceKernel } from "./replace-kernel.ts";

/**
 * Reductions of floats in double precision. tfjs-backend-wasm 4.22 accumulates in float32: the mean of 23 million ones
 * was 0.72. For an empty tensor it returns stale memory; here the sum and the mean are 0, as on the cpu backend, and
 * the product is 1. Must run before the backend is selected.
 */
export function patchWasmReductions(): void {
  replaceKernel(
    "Sum",
    "wasm",
    reduction(addUp, (sum) => sum),
  );
  replaceKernel(
    "Mean",
    "wasm",
    reduction(addUp, (sum, length) => sum / Math.max(1, length)),
  );
  replaceKernel(
    "Prod",
    "wasm",
    reduction(multiplyUp, (product) => product),
  );
  replaceKernel(
    "Cumsum",
    "wasm",
    (original) => (call) => (isFloats(call) && sizeOf(call) > 0 ? runningSum(call) : original(call)),
  );
}

type Call = Parameters<tf.KernelFunc>[0];

interface WasmBackend extends tf.KernelBackend {
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array;
}

function isFloats({ inputs }: Call): boolean {
  return (inputs["x"] as tf.TensorInfo).dtype === "float32";
}

function sizeOf({ inputs }: Call): number {
  return tf.util.sizeFromShape((inputs["x"] as tf.TensorInfo).shape);
}

/** Reduces `length` values, `stride` apart, from index `start`. */
type Fold = (values: Float32Array, start: number, length: number, stride: number) => number;

const addUp: Fold = (values, start, length, stride) => {
  let sum = 0;
  for (let i = 0, at = start; i < length; i++, at += stride) sum += values[at]!;
  return sum;
};

const multiplyUp: Fold = (values, start, length, stride) => {
  let product = 1;
  for (let i = 0, at = start; i < length; i++, at += stride) product *= values[at]!;
  return product;
};

function reduction(
  fold: Fold,
  finish: (total: number, length: number) => number,
): (original: tf.KernelFunc) => tf.KernelFunc {
  return (original) => (call) => {
    const x = call.inputs["x"] as tf.TensorInfo;
    const { axis, keepDims } = call.attrs as unknown as { axis: number | number[]; keepDims?: boolean };
    const axes = tf.util.parseAxisParam(axis, x.shape).toSorted((a, b) => a - b);
    if (!isFloats(call) || axes.length === 0) return original(call);
    const every = x.shape.map((_, i) => i);
    const kept = every.filter((one) => !axes.includes(one));
    const shapeOf = (some: readonly number[]): number[] => some.map((one) => x.shape[one]!);
    const length = tf.util.sizeFromShape(shapeOf(axes));
    const own = call.backend as unknown as WasmBackend;
    const calls = new KernelCalls(own, "wasm");
    const isLast = axes[0] === kept.length;
    const isFirst = axes.at(-1) === axes.length - 1;
    const ordered = isLast || isFirst ? x : calls.call("Transpose", { x }, { perm: [...kept, ...axes] });
    const shape = keepDims === true ? every.map((one) => (axes.includes(one) ? 1 : x.shape[one]!)) : shapeOf(kept);
    const result = own.makeOutput(shape, "float32");
    // Only after the last allocation, which may move the heap.
    const [values, totals] = [own.typedArrayFromHeap(ordered), own.typedArrayFromHeap(result)];
    const [step, stride] = isFirst && !isLast ? [1, totals.length] : [length, 1];
    for (let i = 0; i < totals.length; i++) totals[i] = finish(fold(values, i * step, length, stride), length);
    return calls.finish(result);
  };
}

function runningSum({ inputs, attrs, backend }: Call): tf.TensorInfo {
  const x = inputs["x"] as tf.TensorInfo;
  const { axis, exclusive, reverse } = attrs as unknown as { axis: number; exclusive: boolean; reverse: boolean };
  const [along] = tf.util.parseAxisParam(axis, x.shape) as [number];
  const length = x.shape[along]!;
  const stride = tf.util.sizeFromShape(x.shape.slice(along + 1));
  const own = backend as unknown as WasmBackend;
  const result = own.makeOutput(x.shape, "float32");
  const [values, sums] = [own.typedArrayFromHeap(x), own.typedArrayFromHeap(result)];
  const step = reverse ? -stride : stride;
  for (let line = 0; line < values.length / length; line++) {
    const first = Math.floor(line / stride) * stride * length + (line % stride);
    let at = reverse ? first + (length - 1) * stride : first;
    let sum = 0;
    for (let i = 0; i < length; i++, at += step) {
      const next = sum + values[at]!;
      sums[at] = exclusive ? sum : next;
      sum = next;
    }
  }
  return result;
}
