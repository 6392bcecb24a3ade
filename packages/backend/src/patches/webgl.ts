import type * as tf from "@tensorflow/tfjs-core";
import { KernelCalls, replaceKernel } from "./replace-kernel.ts";

/** Patches bugs of tfjs-backend-webgl 4.22. */
export function patchWebgl(): void {
  replaceKernel("Softmax", "webgl", () => softmax);
}

/** The original divides zeros by zeros in a row of -Infinity, and its division of equal numbers is 1. The result is NaN. */
const softmax: tf.KernelFunc = ({ inputs, backend }) => {
  const logits = inputs["logits"] as tf.TensorInfo;
  const calls = new KernelCalls(backend, "webgl");
  const last = logits.shape.length - 1;
  const shape = [...logits.shape.slice(0, -1), 1];
  const largest = calls.call("Max", { x: logits }, { reductionIndices: [last], keepDims: false });
  const kept = calls.call("Reshape", { x: largest }, { shape });
  const exponentials = calls.call("Exp", { x: calls.call("Sub", { a: logits, b: kept }) });
  const total = calls.call("Sum", { x: exponentials }, { axis: [last], keepDims: false });
  const zero = calls.call("Fill", {}, { shape: [], value: 0, dtype: "float32" });
  const none = calls.call("Equal", { a: total, b: zero });
  const unknown = calls.call("Fill", {}, { shape: total.shape, value: NaN, dtype: "float32" });
  const divisor = calls.call("Select", { condition: none, t: unknown, e: total });
  return calls.finish(calls.call("RealDiv", { a: exponentials, b: calls.call("Reshape", { x: divisor }, { shape }) }));
};

const largest = 2 ** 24;
const fix = 'Use smaller numbers, or another backend, such as useBackend("wasm").';
const checked: WeakSet<object> = new WeakSet();

/**
 * WebGL holds integers as float32, which has only those up to 2^24 and some beyond.
 *
 * @param values of a tensor before its upload
 * @throws RangeError if one would change
 */
export function requireExactUpload(values: Int32Array): void {
  if (checked.has(values)) return;
  const inexact = values.find((value) => Math.fround(value) !== value);
  if (inexact !== undefined)
    throw new RangeError(`webgl: int32 tensors are exact up to ${largest} there, got ${inexact}. ${fix}`);
  checked.add(values);
}

/**
 * @param values of a tensor that was computed
 * @throws RangeError if they may not be exact
 */
export function requireExactResult(values: Int32Array): void {
  const large = values.find((value) => value >= largest || value <= -largest);
  if (large !== undefined)
    throw new RangeError(`webgl: int32 tensors are exact up to ${largest} there, the result is about ${large}. ${fix}`);
}
