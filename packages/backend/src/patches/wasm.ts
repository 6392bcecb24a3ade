import * as tf from "@tensorflow/tfjs-core";
import { KernelCalls, replaceKernel } from "./replace-kernel.ts";
import { patchWasmReductions } from "./wasm-reductions.ts";

/** Patches bugs of tfjs-backend-wasm 4.22. Must run before the backend is selected. */
export function patchWasm(): void {
  patchWasmReductions();
  replaceKernel("_FusedMatMul", "wasm", (original) => (call) => (needsPatch(call) ? product(call) : original(call)));
  replaceKernel("BatchMatMul", "wasm", (original) => (call) => (hasNoInner(call) ? zeros(call) : original(call)));
  replaceKernel(
    "OneHot",
    "wasm",
    (original) => (call) =>
      (call.attrs as unknown as OneHot).dtype === "float32" ? floatOneHot(call, original) : original(call),
  );
  replaceKernel(
    "ClipByValue",
    "wasm",
    (original) => (call) =>
      (call.inputs["x"] as tf.TensorInfo).dtype === "int32" ? clippedIntegers(call) : original(call),
  );
  if (tf.getKernel("UnsortedSegmentSum", "wasm") === undefined) {
    tf.registerKernel({ kernelName: "UnsortedSegmentSum", backendName: "wasm", kernelFunc: segmentSum });
  }
}

type Call = Parameters<tf.KernelFunc>[0];

/**
 * The original adds the bias once per 48 elements of the inner size, and clamps partial sums, if transposed or batched.
 * Without an inner size it writes nothing.
 */
function needsPatch(call: Call): boolean {
  if (hasNoInner(call)) return true;
  const { inputs, attrs } = call;
  const a = inputs["a"] as tf.TensorInfo;
  const b = inputs["b"] as tf.TensorInfo;
  const { transposeA, transposeB, activation } = (attrs ?? {}) as {
    transposeA?: boolean;
    transposeB?: boolean;
    activation?: string;
  };
  const plain = !inputs["bias"] && (activation === undefined || activation === "linear");
  return !plain && (transposeA === true || transposeB === true || batchOf(a) > 1 || batchOf(b) > 1);
}

interface Transposed {
  transposeA?: boolean;
  transposeB?: boolean;
}

/** Whether the products are sums of no numbers. */
function hasNoInner({ inputs, attrs }: Call): boolean {
  const { shape } = inputs["a"] as tf.TensorInfo;
  return shape.at((attrs as Transposed | undefined)?.transposeA === true ? -2 : -1) === 0;
}

/** The sums of no numbers; the original kernel leaves what was in the memory. */
function zeros({ inputs, attrs, backend }: Call): tf.TensorInfo {
  const [a, b] = [inputs["a"] as tf.TensorInfo, inputs["b"] as tf.TensorInfo];
  const { transposeA, transposeB } = (attrs ?? {}) as Transposed;
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, a.shape.at(transposeA === true ? -1 : -2)!, b.shape.at(transposeB === true ? -2 : -1)!];
  const own = backend as unknown as WasmBackend;
  const result = own.makeOutput(shape, a.dtype);
  own.typedArrayFromHeap(result).fill(0);
  return result;
}

function batchOf({ shape }: tf.TensorInfo): number {
  return shape.slice(0, -2).reduce((product, size) => product * size, 1);
}

const activations: Record<string, string> = { relu: "Relu", relu6: "Relu6", elu: "Elu", sigmoid: "Sigmoid" };

/** Product, bias and activation as separate kernels. */
function product({ inputs, attrs, backend }: Call): tf.TensorInfo {
  const { a, b, bias, preluActivationWeights } = inputs as Record<string, tf.TensorInfo>;
  const { activation = "linear", leakyreluAlpha } = attrs as { activation?: string; leakyreluAlpha?: number };
  const calls = new KernelCalls(backend, "wasm");
  let result = calls.call("BatchMatMul", { a: a!, b: b! }, attrs);
  if (bias) result = calls.call("Add", { a: result, b: bias });
  if (activation === "leakyrelu") result = calls.call("LeakyRelu", { x: result }, { alpha: leakyreluAlpha });
  else if (activation === "prelu") result = calls.call("Prelu", { x: result, alpha: preluActivationWeights! });
  else if (activation !== "linear") {
    const name = activations[activation];
    if (name === undefined)
      throw new Error(
        `fused.matMul: unknown activation on wasm, got "${activation}". Use linear, relu, relu6, elu, sigmoid, leakyrelu or prelu.`,
      );
    result = calls.call(name, { x: result });
  }
  return calls.finish(result);
}

interface OneHot {
  dtype: string;
  onValue: number;
  offValue: number;
}

type WasmBackend = tf.KernelBackend & {
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(info: tf.TensorInfo): Int32Array | Float32Array;
};

/** The original kernel reads the bits of integers as floats, and clips those. */
function clippedIntegers({ inputs, attrs, backend }: Call): tf.TensorInfo {
  const x = inputs["x"] as tf.TensorInfo;
  const { clipValueMin, clipValueMax } = attrs as unknown as { clipValueMin: number; clipValueMax: number };
  const own = backend as unknown as WasmBackend;
  const result = own.makeOutput(x.shape, "int32");
  const [from, to] = [own.typedArrayFromHeap(x), own.typedArrayFromHeap(result)];
  for (let i = 0; i < from.length; i++) to[i] = Math.max(clipValueMin, Math.min(clipValueMax, from[i]!));
  return result;
}

/** For float32, the original kernel writes the bits of integers. */
function floatOneHot({ inputs, attrs, backend }: Call, original: tf.KernelFunc): tf.TensorInfo {
  const { onValue, offValue } = attrs as unknown as OneHot;
  const own = backend as unknown as WasmBackend;
  const bits = original({
    inputs,
    attrs: { ...attrs, dtype: "int32", onValue: 1, offValue: 0 } as unknown as tf.NamedAttrMap,
    backend,
  }) as tf.TensorInfo;
  const result = own.makeOutput(bits.shape, "float32");
  // Only after the last allocation, which may move the heap.
  const values = own.typedArrayFromHeap(result);
  own.typedArrayFromHeap(bits).forEach((bit, i) => (values[i] = bit === 1 ? onValue : offValue));
  own.disposeData(bits.dataId);
  return result;
}

/** The gradient of `gather`, which tfjs-backend-wasm lacks. Its ScatterNd adds rows with the same index. */
const segmentSum: tf.KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
  const shape = [(attrs as unknown as { numSegments: number }).numSegments, ...x.shape.slice(1)];
  const indices = { ...segmentIds, shape: [...segmentIds.shape, 1] };
  return new KernelCalls(backend, "wasm").call("ScatterNd", { indices, updates: x }, { shape });
};
