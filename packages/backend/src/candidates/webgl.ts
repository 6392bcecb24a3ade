import { Missing, type Candidate } from "../candidate.ts";

/** The GPU by WebGL; @tensorflow/tfjs brings it. */
export const webgl: Candidate = {
  name: "webgl",
  registeredAs: "webgl",
  cure: 'The browser gives no WebGL context: turn on hardware acceleration, or use "wasm".',
  prepare: async () => {
    if (typeof document === "undefined" && typeof OffscreenCanvas === "undefined") {
      throw new Missing(
        'WebGL needs a browser, got none (no document, no OffscreenCanvas). Use "node" or "wasm" here.',
      );
    }
  },
};
