import { loadOnnxRuntime } from "#onnxruntime";
import type { Candidate } from "../candidate.ts";

let registered = "{}";

/** ONNX Runtime's native kernels, in Node; on the CPU unless `device` names another. */
export const node: Candidate = {
  name: "node",
  registeredAs: "onnxruntime",
  fix: "The native part of onnxruntime-node does not start: reinstall it for this system.",
  prepare: async ({ threads, device }) => {
    const registerOnnxRuntime = await loadOnnxRuntime();
    const options = { ...(threads === undefined ? {} : { threads }), ...(device === undefined ? {} : { device }) };
    const wanted = JSON.stringify(options);
    if (wanted === "{}" || wanted === registered) return;
    registerOnnxRuntime(options);
    registered = wanted;
  },
};
