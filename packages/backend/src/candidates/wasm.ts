import { BackendUnavailableError, notInstalled } from "../backend-unavailable-error.ts";
import { tfjs, type Candidate } from "../candidate.ts";
import { engineInPage, prepareEngine, whyNotEngine } from "../engine.ts";
import { patchWasm } from "../patches/wasm.ts";

/** WebAssembly: runs everywhere, on the CPU. */
export const wasm: Candidate = {
  name: "wasm",
  fix: 'Its .wasm files do not load: serve them and pass useBackend("wasm", { wasmPaths: "/folder/" }).',
  engine: engineInPage,
  prepare: async (options) => {
    const { wasmPaths } = options;
    if (typeof WebAssembly === "undefined")
      throw new BackendUnavailableError('WebAssembly is not available here. Use "cpu".');
    const reason = whyNotEngine(options);
    if (reason === undefined) return prepareEngine("wasm", options);
    try {
      const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
      if (wasmPaths !== undefined) setWasmPaths(wasmPaths);
    } catch (error) {
      throw notInstalled("@tensorflow/tfjs-backend-wasm", error);
    }
    patchWasm();
    return tfjs("wasm", reason);
  },
};
