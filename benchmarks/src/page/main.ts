// In the browser: one contender of the page benchmark, at one task.
import { useBackend, type BackendInUse, type BackendOptions } from "@bertkit/backend";
import { bertInputs, bertSizes, createBert } from "@bertkit/encoder";
import { inference, Rng, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import plain from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threadedSimd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import { featureExtraction, fromPretrained } from "bertkit";

import { pretrainingModel, pretrainingRun } from "../pretraining-run.ts";
import { randomBatch } from "../random-batch.ts";

export type Contender =
  | "engine"
  | "engine, 1 thread"
  | "tfjs"
  | "jax-js"
  | "transformers.js"
  | "engine on webgpu"
  | "tfjs on webgpu"
  | "tfjs on webgl"
  | "jax-js on webgpu";

export interface Measured {
  /** Of each counted call. */
  readonly milliseconds: number[];
  readonly firstMilliseconds: number;
  /** Loss of the first step, or the first numbers of the output. */
  readonly check: number[];
  /** Bytes that a counted call copied into the backend's memory, where it counts them. */
  readonly copiedBytes: number | undefined;
  /** Bytes that a counted call read from a GPU. */
  readonly readBytes: number | undefined;
  /** Bytes of the backend's memory at the end, where it is one. */
  readonly memoryBytes: number | undefined;
  /** Of products of two matrices of 512 × 512, in the same page right after; undefined where none was measured. */
  readonly matrixGflops: number | undefined;
  /** Why this engine ran. */
  readonly reason: string;
}

export interface Task {
  readonly kind: "train" | "forward" | "texts";
  readonly size: "tiny" | "mini" | "small";
  readonly device: "wasm" | "webgpu";
  readonly rows: number;
  readonly length: number;
  readonly calls: number;
  readonly texts?: readonly string[];
}

declare global {
  interface Window {
    contend: (contender: Contender, task: Task) => Promise<Measured>;
    /** Frames a second that the page shows while a worker trains, and the steps a second that it makes. */
    framesWhileTraining: (seconds: number) => Promise<{ frames: number; steps: number }>;
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
  if (contender === "jax-js" || contender === "jax-js on webgpu") {
    const { training: jaxSteps, matrixRate } = await prepareJax(task, contender === "jax-js" ? "wasm" : "webgpu");
    return { ...(await timed(task.calls, jaxSteps, "jax-js 0.1.25, jit")), matrixGflops: await matrixRate() };
  }
  const { reason } = await select(contender);
  const prepare = { train: training, forward, texts: ourTexts }[task.kind];
  const measured = await timed(task.calls, await prepare(task), reason);
  return { ...measured, memoryBytes: memory(), matrixGflops: await matrixRate() };
};

function select(contender: Contender): Promise<BackendInUse> {
  const onTfjs = { engine: "tfjs", wasmPaths } as const;
  if (contender === "tfjs on webgl") return useBackend("webgl");
  if (contender === "tfjs on webgpu") return useBackend("webgpu", onTfjs);
  if (contender === "tfjs") return useBackend("wasm", onTfjs);
  const onEngine: BackendOptions = {
    enginePath: "/ort/",
    engine: "onnxruntime",
    ...(contender === "engine, 1 thread" ? { threads: 1 } : {}),
  };
  return useBackend(contender === "engine on webgpu" ? "webgpu" : "wasm", onEngine);
}

/** What the backends tell of their memory. */
interface Insides {
  readonly wasm?: { readonly HEAPU8: Uint8Array };
  readonly executor?: {
    readonly pool: {
      /** Of the engine on wasm. */
      readonly copiedBytes?: number;
      readonly loops?: { memory: WebAssembly.Memory };
      /** Of the engine on WebGPU. */
      readonly uploadedBytes?: number;
      readonly readBytes?: number;
      readonly bytes?: number;
    };
  };
}

const insides = (): Insides => (tf.getBackend() === "" ? {} : (tf.backend() as Insides));

function memory(): number | undefined {
  const { executor, wasm } = insides();
  const pool = executor?.pool;
  if (pool !== undefined) return pool.loops?.memory.buffer.byteLength ?? pool.bytes;
  return wasm?.HEAPU8.byteLength ?? (tf.memory() as { numBytesInGPU?: number }).numBytesInGPU;
}

function moved(): { copied: number | undefined; read: number | undefined } {
  const pool = insides().executor?.pool;
  return { copied: pool?.copiedBytes ?? pool?.uploadedBytes, read: pool?.readBytes };
}

async function timed(calls: number, call: () => Promise<number[]>, reason: string): Promise<Measured> {
  const milliseconds: number[] = [];
  let check: number[] = [];
  let [copiedBytes, readBytes]: [number?, number?] = [];
  for (let i = 0; i <= calls; i++) {
    const before = moved();
    const start = performance.now();
    const result = await call();
    milliseconds.push(performance.now() - start);
    if (i === 0) check = result;
    const after = moved();
    if (before.copied !== undefined) copiedBytes = after.copied! - before.copied;
    if (before.read !== undefined) readBytes = after.read! - before.read;
  }
  const [first, ...counted] = milliseconds as [number, ...number[]];
  return {
    firstMilliseconds: first,
    milliseconds: counted,
    check,
    copiedBytes,
    readBytes,
    memoryBytes: undefined,
    matrixGflops: undefined,
    reason,
  };
}

const matrixSize = 512;

/** The best of ten calls, in GFLOP/s. */
async function rate(product: () => Promise<unknown>): Promise<number> {
  let fastest = Infinity;
  for (let i = 0; i < 10; i++) {
    const start = performance.now();
    await product();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return (2 * matrixSize ** 3) / fastest / 1e6;
}

async function matrixRate(): Promise<number> {
  const x = tf.randomNormal([matrixSize, matrixSize]) as tf.Tensor2D;
  const sum = tf.tidy(() => tf.sum(x)); // reading one number keeps the copy out of the time
  await sum.data();
  const found = await rate(async () => {
    const corner = tf.tidy(() => tf.slice(tf.matMul(x, x), [0, 0], [1, 1]));
    await corner.data();
    corner.dispose();
  });
  tf.dispose([x, sum]);
  return found;
}

/** The weights are those with which the others start. */
async function prepareJax(
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

const sizeOf = (task: Task) => ({ ...bertSizes[task.size], vocabularySize, hiddenDropout: 0, attentionDropout: 0 });

const predictionsOf = ({ length }: Task): number => Math.round(length * 0.15);

async function training(task: Task): Promise<() => Promise<number[]>> {
  const { rows, length } = task;
  const predictions = predictionsOf(task);
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

window.framesWhileTraining = async (seconds) => {
  const worker = new Worker(new URL("./training-worker.ts", import.meta.url), { type: "module" });
  let steps = 0;
  await new Promise<void>((resolve, reject) => {
    worker.addEventListener("message", () => {
      steps++;
      resolve(); // the first step compiles
    });
    worker.addEventListener("error", ({ message }) => reject(new Error(message)));
  });
  steps = 0;
  let frames = 0;
  const start = performance.now();
  while (performance.now() - start < 1000 * seconds) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    frames++;
  }
  const took = (performance.now() - start) / 1000;
  worker.terminate();
  return { frames: frames / took, steps: steps / took };
};
