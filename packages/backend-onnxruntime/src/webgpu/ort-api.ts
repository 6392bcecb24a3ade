import { messageOf } from "@bertkit/checks";
import { importServed } from "../web/load-ort.ts";
import type { ElementType } from "../record/types.ts";

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

/** @throws if the folder does not serve the files */
export async function loadOrtApi(folder: string, threads: number): Promise<OrtApi> {
  const url = new URL(webgpuFiles[0]!, folder).href;
  try {
    const ort = (await importServed(url)) as OrtApi;
    ort.env.logLevel = "fatal";
    ort.env.wasm.wasmPaths = folder;
    ort.env.wasm.numThreads = threads;
    return ort;
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(
      `backend-onnxruntime: onnxruntime-web does not start from ${folder}: "${reason}". Serve ${webgpuFiles.join(", ")} of onnxruntime-web 1.30.0 (its dist folder) there.`,
      { cause: error },
    );
  }
}
