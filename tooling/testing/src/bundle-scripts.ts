import { basename } from "node:path";
import { type BuildOptions, build } from "esbuild";

/**
 * Bundles sources for a page, as a bundler would, with shared parts in files of their own. Returns the files by their paths
 * on a site: the script `name` is `/name.js`.
 *
 * @param sources paths of the sources by the name of their scripts
 * @param options esbuild's, beside those set here
 */
export async function bundleScripts(
  sources: Readonly<Record<string, string>>,
  options: BuildOptions = {},
): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    ...options,
    entryPoints: { ...sources },
    outdir: "/",
    bundle: true,
    splitting: true,
    write: false,
    platform: "browser",
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  return new Map(outputFiles!.map(({ path, contents }) => [`/${basename(path)}`, contents]));
}
