// Chosen wherever the condition "node" of package.json's imports does not hold.
import type { compile } from "@bertkit/backend-onnxruntime/compile";

/** Browsers have no backend that compiles. */
export async function loadCompile(): Promise<typeof compile | undefined> {
  return undefined;
}
