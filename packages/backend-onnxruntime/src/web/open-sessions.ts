import type { Sessions } from "../run/session.ts";
import { gpuDevice } from "../webgpu/gpu-device.ts";
import { GpuQueue } from "../webgpu/gpu-queue.ts";
import { loadOrtApi } from "../webgpu/ort-api.ts";
import { webgpuSessions } from "../webgpu/webgpu-session.ts";
import { folderUrl, loadOrt } from "./load-ort.ts";
import { wasmSessions } from "./wasm-session.ts";

/** By folder and threads. A module never ends: it keeps its memory and its workers, so the page has each only once. */
const onWasm: Map<string, Promise<Sessions>> = new Map();

/**
 * Sessions on WebAssembly, in the module that the page already has for these settings, if any.
 * @throws if the folder does not serve the files, or WebAssembly does not start
 */
export function openWasm(path: string, threads: number): Promise<Sessions> {
  const key = `${threads} ${folderUrl(path)}`;
  let sessions = onWasm.get(key);
  if (sessions === undefined) {
    sessions = loadOrt({ path, threads }).then(wasmSessions);
    onWasm.set(key, sessions);
    sessions.catch(() => onWasm.delete(key));
  }
  return sessions;
}

/** The queue of the page's device, which has all features of its adapter. */
let gpu: GpuQueue | undefined;

/**
 * Sessions on WebGPU, on the device that the page already has, unless it is lost.
 * @throws if the folder does not serve the files, or there is no GPU, or none with float16 if that is asked for
 */
export async function openWebgpu(path: string, threads: number, float16: boolean): Promise<Sessions> {
  const known = gpu?.lost === false && (!float16 || gpu.device.features.has("shader-f16")) ? gpu : undefined;
  const queue = known ?? new GpuQueue(await gpuDevice(float16));
  try {
    const ort = await loadOrtApi(folderUrl(path), threads, queue);
    gpu = queue;
    return webgpuSessions(ort, queue, float16);
  } catch (error) {
    if (known === undefined) queue.device.destroy();
    throw error;
  }
}
