import type { BackendOptions } from "../backend-options.ts";
import { BackendUnavailableError, notInstalled } from "../backend-unavailable-error.ts";
import { tfjs, type Candidate } from "../candidate.ts";
import { prepareEngine, whyNotEngine } from "../engine.ts";
import { slowerThanWasm, softwareWebgpu } from "../software-adapter.ts";
import { patchWebgpu } from "../patches/webgpu.ts";

/** The engine has only been tested on software adapters of WebGPU, so it only runs on request. */
function whyNotOnWebgpu({ engine }: BackendOptions): string | undefined {
  if (engine === "onnxruntime") return undefined;
  return 'The engine is experimental on WebGPU: only engine: "onnxruntime" selects it.';
}

/** The GPU, through WebGPU: in browsers, and in Node if a library such as Dawn provides `navigator.gpu`. */
export const webgpu: Candidate = {
  name: "webgpu",
  fix: 'There is no GPU adapter: update the browser and its GPU driver, see chrome://gpu, or use "webgl".',
  whyLate: async (options) => slowerThanWasm("webgpu", await softwareWebgpu(), options),
  prepare: async (options) => {
    // tfjs-backend-webgpu checks for a GPU only once, when it is first imported.
    if (typeof navigator === "undefined" || !("gpu" in navigator) || !navigator.gpu) {
      throw new BackendUnavailableError(
        'navigator.gpu is missing: it needs Chrome 113, Safari 26 or Firefox 141, and a page from https or localhost. Elsewhere use "webgl"; in Node use "node".',
      );
    }
    const reason = whyNotEngine(options) ?? whyNotOnWebgpu(options);
    if (reason === undefined) return prepareEngine("webgpu", options);
    if (options.precision === "float16")
      throw new BackendUnavailableError(
        `precision "float16" needs the engine. ${reason} Pass engine: "onnxruntime" and enginePath, or leave precision out for float32.`,
      );
    try {
      await import("@tensorflow/tfjs-backend-webgpu");
    } catch (error) {
      throw notInstalled("@tensorflow/tfjs-backend-webgpu", error);
    }
    patchWebgpu();
    return tfjs("webgpu", reason);
  },
};
