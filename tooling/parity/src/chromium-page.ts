import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { BackendInUse, BackendName, BackendOptions } from "@bertkit/backend";
import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import { chromium, type Page } from "playwright-core";
import { build, preview } from "vite";

import type { Outcome } from "./evaluate-all.ts";
import type { PretrainingResult } from "./training/pretraining-steps.ts";

export interface ParityPage {
  /** @param wanted names of cases; default all */
  evaluateOn(backend: string, wanted?: readonly string[]): Promise<Outcome[]>;
  useBackend(name: BackendName | "auto", options: BackendOptions): Promise<BackendInUse>;
  pretrainOn(backend: string, steps: number): Promise<PretrainingResult>;
  close(): Promise<void>;
}

/** Bundles the cases into a page, serves it on the loopback, and opens it in headless Chromium. */
export async function openParityPage(): Promise<ParityPage> {
  const folder = mkdtempSync(join(tmpdir(), "bertkit-parity-page-"));
  const settings = {
    root: fileURLToPath(new URL("./page/", import.meta.url)),
    configFile: false,
    logLevel: "error",
    build: { outDir: folder, emptyOutDir: true, target: "es2022", minify: false, chunkSizeWarningLimit: 1e5 },
  } as const;
  await build(settings);
  serveOnnxRuntime(join(folder, "ort"));
  const server = await preview({
    ...settings,
    preview: {
      host: "127.0.0.1",
      port: 0,
      // Only a cross-origin isolated page may share memory between threads.
      headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
    },
  });
  const browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] });
  const open = async (): Promise<Page> => {
    const page = await browser.newPage();
    await page.goto(server.resolvedUrls!.local[0]!);
    await page.waitForFunction(() => typeof window.evaluateOn === "function");
    return page;
  };
  return {
    async evaluateOn(backend, wanted) {
      const page = await open();
      const outcomes = await page.evaluate(([name, some]) => window.evaluateOn(name, some), [backend, wanted] as const);
      await page.close();
      return outcomes;
    },
    async useBackend(name, options) {
      const page = await open();
      const inUse = await page.evaluate(([chosen, given]) => window.useBackend(chosen, given), [
        name,
        options,
      ] as const);
      await page.close();
      return inUse;
    },
    async pretrainOn(backend, steps) {
      const page = await open();
      const result = await page.evaluate(([name, count]) => window.pretrainOn(name, count), [backend, steps] as const);
      await page.close();
      return result;
    },
    async close() {
      await browser.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Copies onnxruntime-web's files that the engine loads into a folder of the page. */
function serveOnnxRuntime(folder: string): void {
  const dist = dirname(createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));
  mkdirSync(folder);
  const names = ["mjs", "wasm"].flatMap((ending) =>
    ["", ".asyncify"].map((kind) => `ort-wasm-simd-threaded${kind}.${ending}`),
  );
  for (const file of [...names, "ort.webgpu.min.mjs"]) copyFileSync(join(dist, file), join(folder, file));
}
