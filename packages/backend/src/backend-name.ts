/** The backends that `useBackend` knows; "node" is ONNX Runtime under Node. */
export type BackendName = "webgpu" | "webgl" | "node" | "wasm" | "cpu";

export const backendNames: readonly BackendName[] = ["webgpu", "webgl", "node", "wasm", "cpu"];
