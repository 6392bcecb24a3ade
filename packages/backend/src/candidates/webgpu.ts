import { Missing, notInstalled, type Candidate } from "../candidate.ts";
import { repairWebgpu } from "../repairs/webgpu.ts";

/** The GPU by WebGPU, in browsers, or under Node where something like Dawn provides `navigator.gpu`. */
export const webgpu: Candidate = {
  name: "webgpu",
  registeredAs: "webgpu",
  cure: 'No adapter answers: update the browser and its GPU driver, see chrome://gpu, or use "webgl".',
  prepare: async () => {
    // tfjs-backend-webgpu looks once, when it is first imported.
    if (typeof navigator === "undefined" || !("gpu" in navigator) || !navigator.gpu) {
      throw new Missing(
        'navigator.gpu is absent: a browser has it from Chrome 113, Safari 26 or Firefox 141, on pages from https or localhost. Elsewhere use "webgl"; under Node use "node".',
      );
    }
    try {
      await import("@tensorflow/tfjs-backend-webgpu");
    } catch (error) {
      throw notInstalled("@tensorflow/tfjs-backend-webgpu", error);
    }
    repairWebgpu();
  },
};
