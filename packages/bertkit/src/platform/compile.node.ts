// Chosen by the condition "node" of package.json's imports.
import type { compile } from "@bertkit/backend-onnxruntime/compile";

/** The Node backend's `compile`; undefined where the package is not there. */
export async function loadCompile(): Promise<typeof compile | undefined> {
  try {
    return (await import("@bertkit/backend-onnxruntime/compile")).compile;
  } catch {
    return undefined; // who asks for it has a backend of that name from elsewhere, and can do without
  }
}
