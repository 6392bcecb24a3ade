import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * Builds the package's index and its pipeline worker's script, side by side as in the package, and gives the index's path.
 * Under the package's node_modules, from where it finds what is not built in.
 */
export async function bundledIndex(name: string): Promise<string> {
  const folder = fileURLToPath(new URL(`../../node_modules/.cache/bertkit-${name}`, import.meta.url));
  await mkdir(folder, { recursive: true });
  const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  await build({
    entryPoints: { index: source("../index.ts"), "pipeline-worker": source("../platform/pipeline-worker.ts") },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["@tensorflow/*", "@bertkit/backend-onnxruntime", "onnxruntime-*", "hyparquet*", "koffi"],
    logLevel: "error",
  });
  return join(folder, "index.js");
}
