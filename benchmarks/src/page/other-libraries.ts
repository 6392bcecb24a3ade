// The tasks on other libraries.
import { useBackend } from "@bertkit/backend";
import { Rng, variables } from "@bertkit/nn";

import { pretrainingModel } from "../pretraining-run.ts";
import { randomBatch } from "../random-batch.ts";
import { predictionsOf, sizeOf, vocabularySize } from "./bertkit-tasks.ts";
import type { Task } from "./contender.ts";
import { matrixSize, rate } from "./matrix-rate.ts";

/** Training steps of jax-js, from the initial weights of the other contenders. */
export async function prepareJax(
  task: Task,
  device: "wasm" | "webgpu",
): Promise<{ training: () => Promise<number[]>; matrixRate: () => Promise<number> }> {
  const { jaxMatrixProduct, jaxTraining } = await import("./jax-js.ts");
  await useBackend("cpu");
  const rng = new Rng(0);
  const config = sizeOf(task);
  const model = pretrainingModel(config, rng);
  const weights: Record<string, { shape: number[]; values: Float32Array }> = {};
  for (const [name, variable] of variables(model))
    weights[name] = { shape: variable.shape, values: (await variable.data()) as Float32Array };
  const { rows, length } = task;
  const step = await jaxTraining(device, config, [rows, length], weights);
  return {
    training: async () => [
      await step(randomBatch({ rows, length, predictions: predictionsOf(task), vocabularySize }, rng)),
    ],
    matrixRate: () => rate(jaxMatrixProduct(matrixSize)),
  };
}

export async function transformersTexts(texts: readonly string[]): Promise<() => Promise<number[]>> {
  const { env, pipeline } = await import("@huggingface/transformers");
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = "/models/";
  env.backends.onnx.wasm!.wasmPaths = new URL("/ort-transformers/", location.href).href;
  const extract = await pipeline("feature-extraction", "minilm", { dtype: "fp32", device: "wasm" });
  return async () => {
    const vectors: number[][] = [];
    for (let i = 0; i < texts.length; i += 32) {
      const output = await extract(texts.slice(i, i + 32), { pooling: "mean", normalize: true });
      vectors.push(...(output.tolist() as number[][]));
    }
    return vectors[0]!.slice(0, 8);
  };
}
