// Selected by the "node" condition in package.json's imports.
import type { compile, quantizeVariable } from "@bertkit/backend-onnxruntime/compile";

/** Functions that only the Node backend has. */
export interface NodeBackend {
  readonly compile: typeof compile;
  readonly quantizeVariable: typeof quantizeVariable;
}

/** The Node backend's functions; undefined if the package is not installed. */
export async function loadNodeBackend(): Promise<NodeBackend | undefined> {
  try {
    return await import("@bertkit/backend-onnxruntime/compile");
  } catch {
    return undefined; // the active backend with that name is another package's; the caller works without `compile`
  }
}
