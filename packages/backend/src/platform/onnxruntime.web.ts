// Chosen wherever the condition "node" of package.json's imports does not hold.
import type { registerOnnxRuntime } from "@bertkit/backend-onnxruntime";
import { Missing } from "../candidate.ts";

/** @throws Missing for native kernels are not in a program bundled for browsers */
export async function loadOnnxRuntime(): Promise<typeof registerOnnxRuntime> {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  throw new Missing(
    process?.versions?.node === undefined
      ? 'This is not Node. Use "webgpu", "webgl" or "wasm" in a browser.'
      : "This program was bundled for browsers. Bundle it for Node (esbuild --platform=node, webpack's target \"node\", Vite's ssr).",
  );
}
