import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";

/** `tf.unique` on the CPU, as on webgl: its shape depends on the values. tfjs-backend-webgpu has no such kernel. */
export function registerWebgpuUnique(): void {
  if (tf.getKernel("Unique", "webgpu") !== undefined) return;
  tf.registerKernel({ kernelName: "Unique", backendName: "webgpu", kernelFunc: unique });
}

const unique: tf.KernelFunc = ({ inputs, attrs, backend }) => {
  const { x } = inputs as { x: tf.TensorInfo };
  const own = backend as WebGPUBackend;
  const { axis } = attrs as { axis: number };
  const values = own.readSync(x.dataId) as tf.TypedArray;
  const { outputValues, outputShape, indices } = uniqueSlices(
    values,
    tf.util.parseAxisParam(axis, x.shape)[0]!,
    x.shape,
  );
  return [
    own.makeTensorInfo(outputShape, x.dtype, outputValues as never),
    own.makeTensorInfo([indices.length], "int32", indices),
  ];
};

/** The slices along an axis without repetitions, in the order of their first, and for each slice which one it equals. */
function uniqueSlices(
  values: tf.TypedArray,
  axis: number,
  shape: readonly number[],
): { outputValues: tf.TypedArray; outputShape: number[]; indices: Int32Array } {
  const size = shape[axis]!;
  const before = shape.slice(0, axis).reduce((product, part) => product * part, 1);
  const after = shape.slice(axis + 1).reduce((product, part) => product * part, 1);
  const keys: Map<string, number> = new Map();
  const kept: number[] = [];
  const indices = Int32Array.from({ length: size }, (_, at) => {
    const slice: number[] = [];
    for (let i = 0; i < before; i++) for (let j = 0; j < after; j++) slice.push(values[(i * size + at) * after + j]!);
    const key = slice.join("|");
    const known = keys.get(key);
    if (known !== undefined) return known;
    keys.set(key, kept.length);
    kept.push(at);
    return kept.length - 1;
  });
  const outputValues = values.slice(0, before * kept.length * after);
  for (let i = 0; i < before; i++)
    for (const [k, at] of kept.entries())
      for (let j = 0; j < after; j++)
        outputValues[(i * kept.length + k) * after + j] = values[(i * size + at) * after + j]!;
  return { outputValues, outputShape: [...shape.slice(0, axis), kept.length, ...shape.slice(axis + 1)], indices };
}
