// The page of the page benchmark: built with Vite, and served with the files that it loads while it runs.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { useBackend } from "@bertkit/backend";
import { fromPretrained, saveOnnx } from "bertkit";
import { build, preview } from "vite";

const require = createRequire(import.meta.url);
const onnxruntimeWeb = dirname(require.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));
const onnxruntimeFiles = [
  "ort-wasm-simd-threaded.mjs",
  "ort-wasm-simd-threaded.wasm",
  "ort.webgpu.min.mjs",
  "ort-wasm-simd-threaded.asyncify.mjs",
  "ort-wasm-simd-threaded.asyncify.wasm",
].map((file) => join(onnxruntimeWeb, file));

export interface ServedPage {
  readonly url: string;
  close(): Promise<void>;
}

/** @param minilm the folder of all-MiniLM-L6-v2, which the page finds at /models/minilm */
export async function servePage(minilm: string | undefined): Promise<ServedPage> {
  const folder = mkdtempSync(join(tmpdir(), "bertkit-bench-page-"));
  const settings = {
    root: fileURLToPath(new URL("./page/", import.meta.url)),
    configFile: false,
    logLevel: "error",
    worker: { format: "es" },
    // Minified, tfjs-backend-wasm's threads do not start.
    build: { outDir: folder, emptyOutDir: true, target: "es2022", minify: false, chunkSizeWarningLimit: 1e5 },
  } as const;
  await build(settings);
  copyInto(join(folder, "ort"), onnxruntimeFiles);
  copyInto(join(folder, "ort-transformers"), transformersFiles());
  if (minilm !== undefined) await copyModel(minilm, join(folder, "models", "minilm"));
  const server = await preview({
    ...settings,
    preview: {
      host: "127.0.0.1",
      port: 0,
      headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
    },
  });
  return {
    url: server.resolvedUrls!.local[0]!,
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Sizes of the files that a page downloads for onnxruntime-web, and for tfjs-backend-wasm. */
export function downloadSizes(): Record<string, { bytes: number; gzipped: number }> {
  const tfjsFiles = ["simd", "threaded-simd"].map((kind) =>
    require.resolve(`@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-${kind}.wasm`),
  );
  return Object.fromEntries(
    [...onnxruntimeFiles, ...tfjsFiles].map((file) => [
      basename(file),
      { bytes: statSync(file).size, gzipped: gzipSync(readFileSync(file)).length },
    ]),
  );
}

/** transformers.js has its own onnxruntime-web. */
function transformersFiles(): string[] {
  const transformers = createRequire(require.resolve("@huggingface/transformers"));
  const folder = dirname(transformers.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));
  return readdirSync(folder)
    .filter((file) => file.startsWith("ort-wasm-"))
    .map((file) => join(folder, file));
}

/** Copies a model's folder, and adds its ONNX export for transformers.js. */
async function copyModel(from: string, to: string): Promise<void> {
  await useBackend("node");
  await saveOnnx(to, (await fromPretrained(from)) as Parameters<typeof saveOnnx>[1], { task: "feature-extraction" });
  const names = readdirSync(from, { recursive: true, encoding: "utf8" });
  for (const name of names.filter((name) => statSync(join(from, name)).isFile() && !existsSync(join(to, name)))) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    copyFileSync(join(from, name), join(to, name));
  }
}

function copyInto(folder: string, files: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  for (const file of files) copyFileSync(file, join(folder, basename(file)));
}
