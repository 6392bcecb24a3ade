import { load, Missing, type Candidate } from "../candidate.ts";

/** Not a literal where it is imported, so that no browser bundler follows it. */
const packageName: string = ["@bertkit", "backend-onnxruntime"].join("/");

interface NodeBackend {
  registerOnnxRuntime(options: { threads?: number }): void;
}

let registeredThreads: number | undefined;

/** ONNX Runtime's native CPU kernels, under Node. */
export const node: Candidate = {
  name: "node",
  registeredAs: "onnxruntime",
  cure: "The native part of onnxruntime-node does not start: reinstall it for this system.",
  prepare: async ({ threads }) => {
    if (typeof process === "undefined" || !process.versions?.node) {
      throw new Missing('This is not Node. Use "webgpu", "webgl" or "wasm" in a browser.');
    }
    const backend = await load(
      packageName,
      () => import(/* @vite-ignore */ /* webpackIgnore: true */ packageName) as Promise<NodeBackend>,
    );
    if (threads !== undefined && threads !== registeredThreads) {
      backend.registerOnnxRuntime({ threads });
      registeredThreads = threads;
    }
  },
};
