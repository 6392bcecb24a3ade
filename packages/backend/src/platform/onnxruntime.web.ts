// Selected by the default condition in package.json's imports.
import type { registerOnnxRuntime } from "@bertkit/backend-onnxruntime";
import { BackendUnavailableError } from "../backend-unavailable-error.ts";

/** @throws BackendUnavailableError always: a program bundled for browsers has no native kernels */
export async function loadOnnxRuntime(): Promise<typeof registerOnnxRuntime> {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  throw new BackendUnavailableError(
    process?.versions?.node === undefined
      ? 'This is not Node. Use "webgpu", "webgl" or "wasm" in a browser.'
      : "This program was bundled for browsers. Bundle it for Node (esbuild --platform=node, webpack's target \"node\", Vite's ssr).",
  );
}
