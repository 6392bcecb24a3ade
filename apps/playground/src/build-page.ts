import { copyFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Rolldown } from "vite";

/** The folder of the page's sources. */
export const pageFolder: string = fileURLToPath(new URL("./page/", import.meta.url));

/** What the engine loads, from the folder ort/ beside the page. */
const engineFiles = [
  "ort-wasm-simd-threaded.mjs",
  "ort-wasm-simd-threaded.wasm",
  // For WebGPU:
  "ort.webgpu.min.mjs",
  "ort-wasm-simd-threaded.asyncify.mjs",
  "ort-wasm-simd-threaded.asyncify.wasm",
];

/** Bundles the page into a folder, which is emptied first. Returns the paths of the bundled modules. */
export async function buildPage(folder: string): Promise<string[]> {
  const output = await build({
    root: pageFolder,
    base: "./",
    configFile: false,
    logLevel: "warn",
    // TensorFlow.js is one large chunk.
    worker: { format: "es" },
    build: { outDir: folder, emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 10_000 },
  });
  const dist = dirname(createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));
  await mkdir(join(folder, "ort"));
  for (const file of engineFiles) await copyFile(join(dist, file), join(folder, "ort", file));
  const chunks = (output as Rolldown.RolldownOutput).output.filter((file) => file.type === "chunk");
  return chunks.flatMap(({ moduleIds }) => moduleIds);
}
