import { Missing, notInstalled, type Candidate } from "../candidate.ts";
import { repairWasm } from "../repairs/wasm.ts";

/** WebAssembly: everywhere, without a GPU. */
export const wasm: Candidate = {
  name: "wasm",
  registeredAs: "wasm",
  cure: 'Its .wasm files do not load: serve them and pass useBackend("wasm", { wasmPaths: "/folder/" }).',
  prepare: async ({ wasmPaths }) => {
    if (typeof WebAssembly === "undefined") throw new Missing('WebAssembly is absent here. Use "cpu".');
    try {
      const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
      if (wasmPaths !== undefined) setWasmPaths(wasmPaths);
    } catch (error) {
      throw notInstalled("@tensorflow/tfjs-backend-wasm", error);
    }
    repairWasm();
  },
};
