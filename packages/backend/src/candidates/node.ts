import { loadOnnxRuntime } from "#onnxruntime";
import type { Candidate, EngineChoice } from "../candidate.ts";
import { isRegisteredInPage, registerOnce } from "../engine.ts";

const choice: EngineChoice = { engine: "onnxruntime", reason: "ONNX Runtime's native kernels run whole graphs." };

/** ONNX Runtime's native kernels, in Node; on the CPU unless `device` names another. */
export const node: Candidate = {
  name: "node",
  fix: "The native part of onnxruntime-node does not start: reinstall it for this system.",
  engine: () => choice,
  prepare: async ({ threads, device }) => {
    const registerOnnxRuntime = await loadOnnxRuntime(); // registers it with the defaults, or keeps the caller's registration
    const options = { ...(threads === undefined ? {} : { threads }), ...(device === undefined ? {} : { device }) };
    if (Object.keys(options).length === 0 && !isRegisteredInPage()) return { ...choice, registeredAs: "onnxruntime" };
    return registerOnce({ node: options }, async () => {
      registerOnnxRuntime(options);
      return choice.reason;
    });
  },
};
