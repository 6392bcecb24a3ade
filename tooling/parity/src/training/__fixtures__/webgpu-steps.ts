// Pretrains on TensorFlow.js's webgpu backend on Dawn, in a separate process, with its fused kernels and without, and
// prints the results, and the GPU's dispatches of each run, as one line of JSON.
// usage: webgpu-steps.ts STEPS
import { provideDawn } from "@bertkit/testing/provide-dawn";
import { useBackend } from "@bertkit/backend";
import * as tf from "@tensorflow/tfjs-core";

import { pretrainingSteps, type PretrainingResult } from "../pretraining-steps.ts";

export interface WebgpuSteps {
  readonly fused: PretrainingResult & { readonly dispatches: number };
  readonly composed: PretrainingResult & { readonly dispatches: number };
}

provideDawn();
await useBackend("webgpu");
tf.env().set("WEBGPU_CPU_FORWARD", false);

let dispatches = 0;
const page = globalThis as unknown as { GPUComputePassEncoder: { prototype: GPUComputePassEncoder } };
const encoder = page.GPUComputePassEncoder.prototype;
const { dispatchWorkgroups } = encoder;
encoder.dispatchWorkgroups = function (...sizes) {
  dispatches++;
  dispatchWorkgroups.apply(this, sizes);
};

async function run(steps: number): Promise<WebgpuSteps["fused"]> {
  dispatches = 0;
  const result = await pretrainingSteps(steps);
  return { ...result, dispatches };
}

const steps = Number(process.argv[2]);
const fused = await run(steps);
for (const { kernelName } of tf.getKernelsForBackend("webgpu"))
  if (kernelName.startsWith("Bertkit")) tf.unregisterKernel(kernelName, "webgpu");
const composed = await run(steps);
process.stdout.write(`${JSON.stringify({ fused, composed })}\n`, () => process.exit(0)); // Dawn keeps a process alive
