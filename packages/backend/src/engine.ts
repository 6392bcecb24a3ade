import type { OnnxRuntimeBackend, registerOnnxRuntimeWeb } from "@bertkit/backend-onnxruntime/web";
import * as tf from "@tensorflow/tfjs-core";
import { notInstalled } from "./backend-unavailable-error.ts";
import type { BackendOptions } from "./backend-options.ts";
import type { EngineChoice, Prepared } from "./candidate.ts";

const registeredAs = "onnxruntime";

/** The settings of the last registration, as JSON. The engine has one name in TensorFlow.js for every runtime. */
let registered = "";

/** Whether the engine runs on onnxruntime-web. */
export function isRegisteredInPage(): boolean {
  return registered.startsWith('{"page"');
}

/** Registers the engine, unless it is already registered with these settings and its GPU is not lost. */
export async function registerOnce(how: object, register: () => Promise<string>): Promise<Prepared> {
  const wanted = JSON.stringify(how);
  if (wanted !== registered || isLost()) {
    registered = "";
    reason = await register();
    registered = wanted;
  }
  return { engine: "onnxruntime", registeredAs, reason };
}

let reason = "";

function isLost(): boolean {
  const backend = tf.findBackend(registeredAs) as Partial<OnnxRuntimeBackend> | null;
  return backend?.lost === true;
}

/** Why a page uses TensorFlow.js's own backend instead of the engine; undefined if it uses the engine. */
export function whyNotEngine({ engine, enginePath }: BackendOptions): string | undefined {
  if (engine === "tfjs") return "The option engine selects TensorFlow.js's own backend.";
  if (typeof location === "undefined") return 'This is not a page: the engine is the backend "node" here.';
  if (enginePath !== undefined) return undefined;
  return "The option enginePath is not set: the engine needs a folder that serves onnxruntime-web's files.";
}

/** The engine of a backend that has both in a page. */
export function engineInPage(options: BackendOptions): EngineChoice {
  const reason = whyNotEngine(options);
  return reason === undefined
    ? { engine: "onnxruntime", reason: "onnxruntime-web runs whole graphs." }
    : { engine: "tfjs", reason };
}

/**
 * Registers the engine on onnxruntime-web.
 * @throws BackendUnavailableError if the package is not installed, and the engine's error if the files do not load
 */
export async function prepareEngine(
  device: "wasm" | "webgpu",
  { enginePath, threads, precision }: BackendOptions,
): Promise<Prepared> {
  return registerOnce({ page: enginePath, device, threads, precision }, async () => {
    let register: typeof registerOnnxRuntimeWeb;
    try {
      ({ registerOnnxRuntimeWeb: register } = await import("@bertkit/backend-onnxruntime/web"));
    } catch (error) {
      throw notInstalled("@bertkit/backend-onnxruntime --ignore-scripts", error);
    }
    const given = {
      path: enginePath!,
      device,
      ...(threads === undefined ? {} : { threads }),
      ...(device === "webgpu" && precision !== undefined ? { precision } : {}),
    };
    const { threads: used } = await register(given);
    if (device === "webgpu") {
      const products = precision === "float16" ? " Matrix products compute in float16." : "";
      return `onnxruntime-web runs whole graphs on WebGPU, and tensors stay on the GPU.${products}`;
    }
    const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
    const isolation = crossOriginIsolated === true ? "" : ": the page is not cross-origin isolated";
    return `onnxruntime-web runs whole graphs, on ${used === 1 ? `1 thread${isolation}` : `${used} threads`}.`;
  });
}
