// Chosen by the condition "node" of package.json's imports.
import type { compile, quantizeVariable } from "@bertkit/backend-onnxruntime/compile";

/** What only the Node backend can do. */
export interface NodeBackend {
  readonly compile: typeof compile;
  readonly quantizeVariable: typeof quantizeVariable;
}

/** The Node backend's own functions; undefined where the package is not there. */
export async function loadNodeBackend(): Promise<NodeBackend | undefined> {
  try {
    return await import("@bertkit/backend-onnxruntime/compile");
  } catch {
    return undefined; // the active backend with that name is another package's; the caller works without `compile`
  }
}
