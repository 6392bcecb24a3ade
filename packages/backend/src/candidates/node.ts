import type { CandidateOptions } from "../candidate-options.ts";
import { load, Missing, type Candidate } from "../candidate.ts";

/** Not a literal where it is imported, so that no browser bundler follows it. */
const packageName: string = ["@bertkit", "backend-onnxruntime"].join("/");

interface NodeBackend {
  registerOnnxRuntime(options: Pick<CandidateOptions, "threads" | "device">): void;
}

let registered = "{}";

/** ONNX Runtime's native kernels, under Node: the CPU's unless another device is asked for. */
export const node: Candidate = {
  name: "node",
  registeredAs: "onnxruntime",
  cure: "The native part of onnxruntime-node does not start: reinstall it for this system.",
  prepare: async ({ threads, device }) => {
    if (typeof process === "undefined" || !process.versions?.node) {
      throw new Missing('This is not Node. Use "webgpu", "webgl" or "wasm" in a browser.');
    }
    const backend = await load(
      packageName,
      () => import(/* @vite-ignore */ /* webpackIgnore: true */ packageName) as Promise<NodeBackend>,
    );
    const options = { ...(threads === undefined ? {} : { threads }), ...(device === undefined ? {} : { device }) };
    const wanted = JSON.stringify(options);
    if (wanted === "{}" || wanted === registered) return;
    backend.registerOnnxRuntime(options);
    registered = wanted;
  },
};
