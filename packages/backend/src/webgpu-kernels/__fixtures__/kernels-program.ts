// Runs on Dawn in a separate Node process. Prints, as one line of JSON, the results of the ops on the webgpu backend with
// the fused kernels and without, and their dispatches.
import { dropout, gelu, geluTanh, layerNorm, softmaxCrossEntropy } from "@bertkit/ops";
import { provideDawn } from "@bertkit/testing/provide-dawn";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../index.ts";
import { dispatchesOf } from "./count-dispatches.ts";
import { longCases, opCases, sampled, type Outcome } from "./op-cases.ts";

provideDawn();
await useBackend("webgpu");
// Small tensors would otherwise be computed in JavaScript.
tf.env().set("WEBGPU_CPU_FORWARD", false);

const names = [
  "BertkitLayerNorm",
  "BertkitLayerNormGradient",
  "BertkitGelu",
  "BertkitGeluGradient",
  "BertkitSoftmaxCrossEntropy",
  "BertkitSoftmaxCrossEntropyGradient",
  "BertkitDropoutMask",
  "BertkitDropout",
];

async function withoutKernels<Result>(run: () => Promise<Result>): Promise<Result> {
  const kernels = names.map((name) => tf.getKernel(name, "webgpu")!);
  for (const name of names) tf.unregisterKernel(name, "webgpu");
  const result = await run();
  for (const kernel of kernels) tf.registerKernel(kernel);
  return result;
}

const buffers = (): number =>
  (tf.backend() as unknown as { bufferManager: { getNumUsedBuffers(): number } }).bufferManager.getNumUsedBuffers();

/** TensorFlow.js's own kernels cannot reduce a tensor without elements on webgpu, and take minutes for many rows. */
const onlyFused = (name: string): boolean => name.includes("[0") || longCases.has(name);

/** Buffers of freed tensors are released by the next submit. */
async function submitted(): Promise<void> {
  const one = tf.fill([1], 1);
  await one.data();
  one.dispose();
}

async function allCases(all: boolean): Promise<Record<string, Outcome>> {
  const results: Record<string, Outcome> = {};
  for (const [name, run] of Object.entries(opCases))
    if (all || !onlyFused(name)) results[name] = sampled(name, await run());
  return results;
}

const fused = await allCases(true);
await submitted();
const tensors = tf.memory().numTensors;
const usedBuffers = buffers();
for (const name of ["gelu [3, 5, 67]", "layerNorm [9, 128]", "softmaxCrossEntropy [5, 7]", "dropout [3, 5, 67]"])
  await opCases[name]!();
await submitted();
const leaked = { tensors: tf.memory().numTensors - tensors, buffers: buffers() - usedBuffers };
const composed = await withoutKernels(() => allCases(false));

/** Dispatches forward, and of the gradient alone. */
async function count(op: (x: tf.Tensor) => tf.Tensor, shape: number[]): Promise<[number, number]> {
  const x = tf.fill(shape, 0.5);
  const dy = tf.fill(op(x).shape, 1);
  const forward = await dispatchesOf(() => op(x));
  const both = await dispatchesOf(() => tf.grad(op)(x, dy));
  return [forward, both - forward];
}
const ones = tf.fill([64], 1);
const labels = tf.cast(tf.fill([8], 1), "int32") as tf.Tensor1D;
const counts = async (): Promise<Record<string, [number, number]>> => ({
  layerNorm: await count((x) => layerNorm(x, ones, ones, 1e-12), [8, 64]),
  gelu: await count(gelu, [8, 64]),
  geluTanh: await count(geluTanh, [8, 64]),
  softmaxCrossEntropy: await count((x) => softmaxCrossEntropy(x as tf.Tensor2D, labels), [8, 64]),
  dropout: await count((x) => dropout(x, 0.1, 3), [8, 64]),
});
const dispatches = { fused: await counts(), composed: await withoutKernels(counts) };

// More elements than 65,535 workgroups of 256.
const many = tf.fill([17_000_003], 1);
const lastOfMany = Array.from(await tf.slice(gelu(many), 16_999_000, 1003).data());

const wrong = tf.cast(tf.mul(tf.fill([3], 1), tf.tensor1d([-1, 1, 4])), "int32") as tf.Tensor1D; // known to the GPU only
const wrongLabels = Array.from(await softmaxCrossEntropy(tf.fill([3, 4], 1) as tf.Tensor2D, wrong).data(), String);

const result = { fused, composed, leaked, dispatches, lastOfMany: [...new Set(lastOfMany)], wrongLabels };
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0)); // Dawn keeps a process alive
