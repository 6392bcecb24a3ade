import { messageOf } from "@bertkit/checks";
import { importServed } from "../web/load-ort.ts";
import { serializeModel } from "../onnx/model.ts";
import type { ElementType } from "../record/types.ts";
import type { GpuQueue } from "./gpu-queue.ts";

/**
 * The part of onnxruntime-web's public API that sessions on WebGPU use. It is loaded from the folder that the page
 * serves.
 */
export interface OrtApi {
  readonly env: {
    logLevel: string;
    readonly wasm: { wasmPaths?: string; numThreads?: number };
  };
  readonly InferenceSession: {
    create(model: Uint8Array, options: object): Promise<OrtSession>;
  };
  readonly Tensor: {
    fromGpuBuffer(buffer: GPUBuffer, type: { dataType: ElementType | "float16"; dims: readonly number[] }): OrtTensor;
  };
}

export interface OrtTensor {
  readonly location: string;
}

export interface OrtSession {
  run(feeds: Record<string, OrtTensor>, fetches: Record<string, OrtTensor>): Promise<object>;
  release(): Promise<void>;
}

export const webgpuFiles: readonly string[] = [
  "ort.webgpu.min.mjs",
  "ort-wasm-simd-threaded.asyncify.mjs",
  "ort-wasm-simd-threaded.asyncify.wasm",
];

/** Compiles a model for a device. */
export function createOrtSession(ort: OrtApi, device: GPUDevice, model: Uint8Array): Promise<OrtSession> {
  return ort.InferenceSession.create(model, {
    executionProviders: [{ name: "webgpu", device }],
    graphOptimizationLevel: "basic", // as in Node
    enableMemPattern: false,
    logSeverityLevel: 4,
    extra: { optimization: { disable_specified_optimizers: "ConstantFolding" } },
  });
}

/** The smallest model. */
function identity(): Uint8Array {
  const value = (name: string) => ({ name, type: "float32", shape: [1] }) as const;
  const node = { op: "Identity", domain: "", inputs: ["x"], outputs: ["y"], attributes: {} };
  return serializeModel({ nodes: [node], inputs: [value("x")], outputs: [value("y")], constants: [] });
}

/**
 * Loads all files, and starts WebGPU on the device: onnxruntime-web does so with its first session.
 * @throws if the folder does not serve the files, or it does not start
 */
export async function loadOrtApi(folder: string, threads: number, queue: GpuQueue): Promise<OrtApi> {
  const url = new URL(webgpuFiles[0]!, folder).href;
  try {
    const ort = (await importServed(url)) as OrtApi;
    ort.env.logLevel = "fatal";
    ort.env.wasm.wasmPaths = folder;
    ort.env.wasm.numThreads = threads;
    await queue.add(async () => (await createOrtSession(ort, queue.device, identity())).release());
    return ort;
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(
      `backend-onnxruntime: onnxruntime-web does not start from ${folder}: "${reason}". Serve ${webgpuFiles.join(", ")} of onnxruntime-web 1.30.0 (its dist folder) there.`,
      { cause: error },
    );
  }
}
