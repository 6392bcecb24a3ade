// Selected by the default condition in package.json's imports.
import type { exportOnnx } from "@bertkit/backend-onnxruntime/export";

/** @throws always: models can only be exported in Node */
export async function loadExportOnnx(): Promise<typeof exportOnnx> {
  throw new Error(
    "saveOnnx: only runs in Node, but this program was bundled for browsers. In Node, bundle it for Node (esbuild --platform=node, webpack's target \"node\", Vite's ssr).",
  );
}
