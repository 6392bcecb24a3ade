import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * Bundles the suite with every backend into one file: tfjs-core's tests import its ES modules without extensions, which
 * Node does not resolve, and the backends must share that copy of tfjs-core.
 * @returns the path of the file, from which onnxruntime-node, which is not bundled, can be resolved
 */
export async function bundleSuite(): Promise<string> {
  const beside = fileURLToPath(new URL("../../../packages/backend-onnxruntime/", import.meta.url));
  const outfile = join(beside, "node_modules", ".cache", "conformance", "suite.mjs");
  const jasmine = dirname(fileURLToPath(import.meta.resolve("jasmine-core")));
  await build({
    entryPoints: [fileURLToPath(new URL("suite.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    external: ["onnxruntime-node"],
    // tfjs-core's package.json says that its tests have no side effects, but describing tests is one.
    ignoreAnnotations: true,
    alias: { "jasmine-core/lib/jasmine-core/jasmine.js": join(jasmine, "jasmine-core", "jasmine.js") },
    // For bundled CommonJS modules; jasmine lists its own folder when it is loaded.
    banner: {
      js: [
        'import { createRequire as requireFrom } from "node:module";',
        "const require = requireFrom(import.meta.url);",
        `const __dirname = ${JSON.stringify(jasmine)};`,
        `const __filename = ${JSON.stringify(join(jasmine, "jasmine-core.js"))};`,
      ].join("\n"),
    },
    logLevel: "error",
  });
  return outfile;
}
