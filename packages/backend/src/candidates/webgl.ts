import * as tf from "@tensorflow/tfjs-core";
import { BackendUnavailableError } from "../backend-unavailable-error.ts";
import { pollInHiddenPages } from "../dispatch/poll-in-hidden-pages.ts";
import { renewIfLost } from "../dispatch/renew-if-lost.ts";
import { lostWebgl, watchWebgl } from "../dispatch/watch-webgl.ts";
import { patchWebgl } from "../patches/webgl.ts";
import { slowerThanWasm, softwareWebgl } from "../software-adapter.ts";
import type { Candidate, EngineChoice } from "../candidate.ts";

const choice: EngineChoice = { engine: "tfjs", reason: "Only TensorFlow.js has a WebGL backend." };

/** The GPU, through WebGL. */
export const webgl: Candidate = {
  name: "webgl",
  fix: 'The browser provides no WebGL context: turn on hardware acceleration, or use "wasm".',
  whyLate: async (options) => slowerThanWasm("webgl", softwareWebgl(), options),
  engine: () => choice,
  prepare: async () => {
    if (typeof document === "undefined" && typeof OffscreenCanvas === "undefined") {
      throw new BackendUnavailableError(
        'WebGL needs a browser, got none (no document, no OffscreenCanvas). Use "node" or "wasm" here.',
      );
    }
    if (tf.findBackendFactory("webgl") === null) await import("@tensorflow/tfjs-backend-webgl");
    patchWebgl();
    renewIfLost("webgl", lostWebgl);
    return { ...choice, registeredAs: "webgl" };
  },
  watch: (backend) => {
    watchWebgl(Object.getPrototypeOf(backend));
    pollInHiddenPages();
  },
};
