import { fileURLToPath } from "node:url";
import { bundleScripts } from "@bertkit/testing/bundle-scripts";
import { serveSite, type Site } from "@bertkit/testing/serve-site";
import { engineFiles } from "./engine-files.ts";

/**
 * Serves on the loopback a page with the script /page.js, other scripts by name, and onnxruntime-web's files at /ort/.
 * @param scripts the files of this folder, without their ending, by the name that the page loads
 */
export async function serveScripts(scripts: Readonly<Record<string, string>>): Promise<Site> {
  const sources = Object.entries(scripts).map(([name, source]) => [
    name,
    fileURLToPath(new URL(`./${source}.ts`, import.meta.url)),
  ]);
  const bundled = await bundleScripts(Object.fromEntries(sources) as Record<string, string>);
  return serveSite(new Map<string, Uint8Array | string>([...bundled, ...engineFiles()]));
}
