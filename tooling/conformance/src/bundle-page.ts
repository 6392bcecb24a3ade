import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";
import { bundleScripts } from "@bertkit/testing/bundle-scripts";

/** Bundles the suite with the WebGPU and WebGL backends for a page with the script /suite.js. */
export async function bundlePage(): Promise<Map<string, Uint8Array>> {
  const jasmine = dirname(fileURLToPath(import.meta.resolve("jasmine-core")));
  const suite = fileURLToPath(new URL("page/suite.ts", import.meta.url));
  return bundleScripts(
    { suite },
    {
      mainFields: ["browser", "module", "main"],
      // tfjs-core's package.json says that its tests have no side effects, but describing tests is one.
      ignoreAnnotations: true,
      alias: { "jasmine-core/lib/jasmine-core/jasmine.js": join(jasmine, "jasmine-core", "jasmine.js") },
      define: { global: "globalThis" },
      // Tests for Node, which do not run in a page, would load these.
      external: ["fs", "path", "util", "crypto", "string_decoder", "node-fetch", "worker_threads", "node:*"],
    },
  );
}
