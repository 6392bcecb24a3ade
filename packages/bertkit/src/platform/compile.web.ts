// Chosen if the condition "node" of package.json's imports does not hold.
import type { NodeBackend } from "./compile.node.ts";

/** Browsers have no backend that compiles. */
export async function loadNodeBackend(): Promise<NodeBackend | undefined> {
  return undefined;
}
