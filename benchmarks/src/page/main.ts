// In the browser: one contender of the page benchmark, at one task.
import { useBackend } from "@bertkit/backend";
import { bertInputs, bertSizes, createBert } from "@bertkit/encoder";
import { inference, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import plain from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threadedSimd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import { featureExtraction, fromPretrained } from "bertkit";

import { pretrainingRun } from "../pretraining-run.ts";
import { randomBatch } from "../random-batch.ts";

export type Contender = "engine" | "engine, 1 thread" | "tfjs" | "transformers.js";

export interface Measured {
  /** Of each counted call. */
  readonly milliseconds: number[];
  readonly firstMilliseconds: number;
  /** Loss of the first step, or the first numbers of the output. */
  readonly check: number[];
  /** Why this engine ran. */
  readonly reason: string;
}

export interface Task {
  readonly kind: "train" | "forward" | "texts";
  readonly size: "tiny" | "mini";
  readonly rows: number;
  readonly length: number;
  readonly calls: number;
  readonly texts?: readonly string[];
}

declare global {
  interface Window {
    contend: (contender: Contender, task: Task) => Promise<Measured>;
  }
}

const vocabularySize = 30_522;
const wasmPaths = {
  "tfjs-backend-wasm.wasm": plain,
  "tfjs-backend-wasm-simd.wasm": simd,
  "tfjs-backend-wasm-threaded-simd.wasm": threadedSimd,
};

window.contend = async (contender, task) => {
  if (contender === "transformers.js")
    return timed(task.calls, await transformersTexts(task.texts!), "onnxruntime-web");
  const { reason } = await useBackend(
    "wasm",
    contender === "tfjs"
      ? { engine: "tfjs", wasmPaths }
      : { enginePath: "/ort/", ...(contender === "engine" ? {} : { threads: 1 }) },
  );
  const prepare = { train: training, forward, texts: ourTexts }[task.kind];
  return timed(task.calls, await prepare(task), reason);
};

async function timed(calls: number, call: () => Promise<number[]>, reason: string): Promise<Measured> {
  const milliseconds: number[] = [];
  let check: number[] = [];
  for (let i = 0; i <= calls; i++) {
    const start = performance.now();
    const result = await call();
    milliseconds.push(performance.now() - start);
    if (i === 0) check = result;
  }
  const [first, ...counted] = milliseconds as [number, ...number[]];
  return { firstMilliseconds: first, milliseconds: counted, check, reason };
}

const sizeOf = (task: Task) => ({ ...bertSizes[task.size], vocabularySize, hiddenDropout: 0, attentionDropout: 0 });

async function training(task: Task): Promise<() => Promise<number[]>> {
  const { rows, length } = task;
  const predictions = Math.round(length * 0.15);
  const shapes = Array.from({ length: task.calls + 1 }, () => ({ rows, length, predictions }));
  const { steps } = pretrainingRun(sizeOf(task), shapes);
  return async () => {
    const { value } = await steps.next();
    return [value!.loss];
  };
}

async function forward(task: Task): Promise<() => Promise<number[]>> {
  const rng = new Rng(0);
  const encoder = createBert(sizeOf(task), rng);
  const batch = randomBatch({ ...task, predictions: 1, vocabularySize }, rng);
  return async () => {
    const output = tf.tidy(() => encoder.forward(bertInputs(batch), inference).sequenceOutput);
    const values = await output.data();
    output.dispose();
    return Array.from(values.subarray(0, 8));
  };
}

async function ourTexts({ texts }: Task): Promise<() => Promise<number[]>> {
  const model = await fromPretrained(new URL("/models/minilm/", location.href).href);
  const extract = featureExtraction(model as Parameters<typeof featureExtraction>[0]);
  return async () => Array.from((await extract(texts!))[0]!.subarray(0, 8));
}

async function transformersTexts(texts: readonly string[]): Promise<() => Promise<number[]>> {
  const { env, pipeline } = await import("@huggingface/transformers");
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = "/models/";
  env.backends.onnx.wasm!.wasmPaths = new URL("/ort-transformers/", location.href).href;
  const extract = await pipeline("feature-extraction", "minilm", { dtype: "fp32", device: "wasm" });
  return async () => {
    const vectors: number[][] = [];
    for (let i = 0; i < texts.length; i += 32) {
      const output = await extract(texts.slice(i, i + 32), { pooling: "mean" });
      vectors.push(...(output.tolist() as number[][]));
    }
    return vectors[0]!.slice(0, 8);
  };
}
