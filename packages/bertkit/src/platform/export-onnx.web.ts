// Chosen wherever the condition "node" of package.json's imports does not hold.
import type { exportOnnx } from "@bertkit/backend-onnxruntime/export";

/** @throws for a model is exported in Node alone */
export async function loadExportOnnx(): Promise<typeof exportOnnx> {
  throw new Error(
    "saveOnnx: runs in Node alone, and this program was bundled for browsers. In Node, bundle it for Node (esbuild --platform=node, webpack's target \"node\", Vite's ssr).",
  );
}
