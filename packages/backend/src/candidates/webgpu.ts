import { messageOf } from "@bertkit/checks";
import { BackendUnavailableError, notInstalled } from "../backend-unavailable-error.ts";
import { tfjs, type Candidate } from "../candidate.ts";
import { engineInPage, prepareEngine, whyNotEngine } from "../engine.ts";
import { renewIfLost } from "../dispatch/renew-if-lost.ts";
import { lostWebgpu, watchWebgpu } from "../dispatch/watch-webgpu.ts";
import { slowerThanWasm, softwareWebgpu } from "../software-adapter.ts";
import { patchWebgpu } from "../patches/webgpu.ts";

/** The GPU, through WebGPU: in browsers, and in Node if a library such as Dawn provides `navigator.gpu`. */
export const webgpu: Candidate = {
  name: "webgpu",
  fix: 'There is no GPU adapter: update the browser and its GPU driver, see chrome://gpu, or use "webgl".',
  whyLate: async (options) => slowerThanWasm("webgpu", await softwareWebgpu(), options),
  engine: engineInPage,
  prepare: async (options) => {
    // tfjs-backend-webgpu checks for a GPU only once, when it is first imported.
    if (typeof navigator === "undefined" || !("gpu" in navigator) || !navigator.gpu) {
      throw new BackendUnavailableError(
        'navigator.gpu is missing: it needs Chrome 113, Safari 26 or Firefox 141, and a page from https or localhost. Elsewhere use "webgl"; in Node use "node".',
      );
    }
    let reason = whyNotEngine(options);
    const requested = options.engine === "onnxruntime" || options.precision === "float16";
    if (reason === undefined) {
      try {
        return await prepareEngine("webgpu", options);
      } catch (error) {
        if (requested) throw error;
        reason = `The engine did not start, so TensorFlow.js's own backend runs: ${messageOf(error)}`;
      }
    } else if (options.precision === "float16") {
      throw new BackendUnavailableError(
        `precision "float16" needs the engine. ${reason} Pass enginePath in a page, or leave precision out for float32.`,
      );
    }
    try {
      await import("@tensorflow/tfjs-backend-webgpu");
    } catch (error) {
      throw notInstalled("@tensorflow/tfjs-backend-webgpu", error);
    }
    patchWebgpu();
    renewIfLost("webgpu", lostWebgpu);
    const { registerWebgpuKernels } = await import("../webgpu-kernels/register-kernels.ts");
    registerWebgpuKernels();
    return tfjs("webgpu", reason);
  },
  watch: (backend) => watchWebgpu(Object.getPrototypeOf(backend)),
};
