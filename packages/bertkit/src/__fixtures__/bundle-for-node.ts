import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * Builds sources of this package for Node, into one folder as in the package, and returns the path of the first. The folder
 * is in the package's node_modules, from where imports that are not bundled are resolved.
 * @param entries paths below `src`, by the names of their bundles
 */
export async function bundleForNode(name: string, entries: Readonly<Record<string, string>>): Promise<string> {
  const folder = fileURLToPath(new URL(`../../node_modules/.cache/bertkit-${name}`, import.meta.url));
  await mkdir(folder, { recursive: true });
  const sources = Object.entries(entries).map(([bundle, path]) => [
    bundle,
    fileURLToPath(new URL(`../${path}`, import.meta.url)),
  ]);
  await build({
    entryPoints: Object.fromEntries(sources) as Record<string, string>,
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["@tensorflow/*", "@bertkit/backend-onnxruntime", "onnxruntime-*", "hyparquet*", "koffi"],
    logLevel: "error",
  });
  return join(folder, `${Object.keys(entries)[0]}.js`);
}
