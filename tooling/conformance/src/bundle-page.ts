import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";
import { build } from "esbuild";

/** Bundles the suite with the WebGPU and WebGL backends into one script of a page. */
export async function bundlePage(): Promise<Uint8Array> {
  const jasmine = dirname(fileURLToPath(import.meta.resolve("jasmine-core")));
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("page/suite.ts", import.meta.url))],
    bundle: true,
    write: false,
    platform: "browser",
    format: "esm",
    target: "es2022",
    mainFields: ["browser", "module", "main"],
    // tfjs-core's package.json says that its tests have no side effects, but describing tests is one.
    ignoreAnnotations: true,
    alias: { "jasmine-core/lib/jasmine-core/jasmine.js": join(jasmine, "jasmine-core", "jasmine.js") },
    define: { global: "globalThis" },
    // Tests for Node, which do not run in a page, would load these.
    external: ["fs", "path", "util", "crypto", "string_decoder", "node-fetch", "worker_threads", "node:*"],
    logLevel: "error",
  });
  return outputFiles[0]!.contents;
}
