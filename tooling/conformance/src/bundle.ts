import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * Bundles the suite with every backend into one file. tfjs-core's tests import its ES modules without extensions, which
 * Node does not resolve, and the backends must share that copy of tfjs-core.
 * @returns the file; it lies where onnxruntime-node, which stays outside, is found
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
    // By its package.json tfjs-core's tests have no side effects, and describing tests is all they do.
    ignoreAnnotations: true,
    alias: { "jasmine-core/lib/jasmine-core/jasmine.js": join(jasmine, "jasmine-core", "jasmine.js") },
    // What is CommonJS inside looks for these; jasmine lists its own folder as it is loaded.
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
