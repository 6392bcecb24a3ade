import * as tf from "@tensorflow/tfjs-core";
import { BackendUnavailableError } from "../backend-unavailable-error.ts";
import { tfjs, type Candidate } from "../candidate.ts";

/** The GPU, through WebGL. */
export const webgl: Candidate = {
  name: "webgl",
  fix: 'The browser gives no WebGL context: turn on hardware acceleration, or use "wasm".',
  prepare: async () => {
    if (typeof document === "undefined" && typeof OffscreenCanvas === "undefined") {
      throw new BackendUnavailableError(
        'WebGL needs a browser, got none (no document, no OffscreenCanvas). Use "node" or "wasm" here.',
      );
    }
    if (tf.findBackendFactory("webgl") === null) await import("@tensorflow/tfjs-backend-webgl");
    return tfjs("webgl", "WebGL is TensorFlow.js's own.");
  },
};
