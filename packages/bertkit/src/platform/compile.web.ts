// Selected by the default condition in package.json's imports.
import type { NodeBackend } from "./compile.node.ts";

/** Browsers have no backend that compiles. */
export async function loadNodeBackend(): Promise<NodeBackend | undefined> {
  return undefined;
}
