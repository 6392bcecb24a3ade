import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { KernelCalls, replaceKernel } from "./replace-kernel.ts";
import { registerWebgpuUnique } from "./webgpu-unique.ts";

/** Patches bugs of tfjs-backend-webgpu 4.22. */
export function patchWebgpu(): void {
  registerWebgpuUnique();
  for (const name of ["Cumsum", "Cumprod"])
    replaceKernel(
      name,
      "webgpu",
      (original) => (call) =>
        (call.attrs as unknown as Cumulative).reverse ? fromTheEnd(call, original) : original(call),
    );
  replaceKernel(
    "Fill",
    "webgpu",
    (original) => (call) => (isInexact(call.attrs as unknown as Fill) ? fill(call) : original(call)),
  );
  replaceKernel("Softmax", "webgpu", (original) => (call) => (rowsOf(call) > 65_535 ? softmax(call) : original(call)));
  replaceKernel(
    "AddN",
    "webgpu",
    (original) => (call) => (Object.keys(call.inputs).length > 7 ? addMany(call, original) : original(call)),
  );
}

type Call = Parameters<tf.KernelFunc>[0];

interface Cumulative {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** From the end, the original runs the shader that it compiled for the first length also for other lengths. */
function fromTheEnd({ inputs, attrs, backend }: Call, original: tf.KernelFunc): tf.TensorInfo {
  const { axis, exclusive } = attrs as unknown as Cumulative;
  const calls = new KernelCalls(backend, "webgpu");
  const x = calls.call("Reverse", { x: inputs["x"] as tf.TensorInfo }, { dims: [axis] });
  const sums = original({
    inputs: { x },
    attrs: { axis, exclusive, reverse: false } as unknown as tf.NamedAttrMap,
    backend,
  }) as tf.TensorInfo;
  const result = calls.finish(calls.call("Reverse", { x: sums }, { dims: [axis] }));
  (backend as unknown as tf.KernelBackend).disposeData(sums.dataId);
  return result;
}

interface Fill {
  readonly shape: number[];
  readonly value: number;
  readonly dtype?: tf.DataType;
}

/** The original passes the value as float32. */
function isInexact({ value, dtype }: Fill): boolean {
  return dtype === "int32" && Math.fround(value) !== value;
}

function fill({ attrs, backend }: Call): tf.TensorInfo {
  const { shape, value } = attrs as unknown as Fill;
  const values = new Int32Array(tf.util.sizeFromShape(shape)).fill(value);
  return (backend as WebGPUBackend).makeTensorInfo(shape, "int32", values);
}

/** The original starts one workgroup per row; beyond the limit of 65,535, rows overwrite the last one. */
function rowsOf({ inputs }: Call): number {
  return (inputs["logits"] as tf.TensorInfo).shape.slice(0, -1).reduce((product, size) => product * size, 1);
}

function softmax({ inputs, backend }: Call): tf.TensorInfo {
  const logits = inputs["logits"] as tf.TensorInfo;
  const calls = new KernelCalls(backend, "webgpu");
  const last = logits.shape.length - 1;
  const kept = [...logits.shape.slice(0, -1), 1];
  const largest = calls.call("Max", { x: logits }, { reductionIndices: [last], keepDims: false });
  const exponentials = calls.call("Exp", { x: calls.call("Sub", { a: logits, b: { ...largest, shape: kept } }) });
  const total = calls.call("Sum", { x: exponentials }, { axis: [last], keepDims: false });
  return calls.finish(calls.call("RealDiv", { a: exponentials, b: { ...total, shape: kept } }));
}

/** The original binds all inputs at once; beyond the default limit of eight bindings the result is garbage. */
function addMany({ inputs, attrs, backend }: Call, original: tf.KernelFunc): tf.TensorInfo {
  const own = backend as unknown as tf.KernelBackend;
  let terms = Object.values(inputs) as tf.TensorInfo[];
  let sum: tf.TensorInfo | undefined;
  while (terms.length > 0) {
    const some = sum === undefined ? terms.slice(0, 7) : [sum, ...terms.slice(0, 6)];
    terms = terms.slice(sum === undefined ? 7 : 6);
    const next = original({
      inputs: some as unknown as tf.NamedTensorInfoMap,
      attrs: attrs!,
      backend,
    }) as tf.TensorInfo;
    if (sum !== undefined) own.disposeData(sum.dataId);
    sum = next;
  }
  return sum!;
}
