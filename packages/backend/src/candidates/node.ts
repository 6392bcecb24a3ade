import { loadOnnxRuntime } from "#onnxruntime";
import type { Candidate } from "../candidate.ts";
import { isRegisteredInPage, registerOnce } from "../engine.ts";

/** ONNX Runtime's native kernels, in Node; on the CPU unless `device` names another. */
export const node: Candidate = {
  name: "node",
  fix: "The native part of onnxruntime-node does not start: reinstall it for this system.",
  prepare: async ({ threads, device }) => {
    const registerOnnxRuntime = await loadOnnxRuntime(); // registers it with the defaults, or keeps the caller's registration
    const options = { ...(threads === undefined ? {} : { threads }), ...(device === undefined ? {} : { device }) };
    const reason = "ONNX Runtime's native kernels run whole graphs.";
    if (Object.keys(options).length === 0 && !isRegisteredInPage())
      return { engine: "onnxruntime", registeredAs: "onnxruntime", reason };
    return registerOnce({ node: options }, async () => {
      registerOnnxRuntime(options);
      return reason;
    });
  },
};
