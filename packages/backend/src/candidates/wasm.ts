import { BackendUnavailableError, notInstalled } from "../backend-unavailable-error.ts";
import type { Candidate } from "../candidate.ts";
import { patchWasm } from "../patches/wasm.ts";

/** WebAssembly: runs everywhere, on the CPU. */
export const wasm: Candidate = {
  name: "wasm",
  registeredAs: "wasm",
  fix: 'Its .wasm files do not load: serve them and pass useBackend("wasm", { wasmPaths: "/folder/" }).',
  prepare: async ({ wasmPaths }) => {
    if (typeof WebAssembly === "undefined")
      throw new BackendUnavailableError('WebAssembly is not available here. Use "cpu".');
    try {
      const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
      if (wasmPaths !== undefined) setWasmPaths(wasmPaths);
    } catch (error) {
      throw notInstalled("@tensorflow/tfjs-backend-wasm", error);
    }
    patchWasm();
  },
};
