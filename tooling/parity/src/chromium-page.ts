import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import { chromium } from "playwright-core";
import { build, preview } from "vite";

import type { Outcome } from "./evaluate-all.ts";

export interface ParityPage {
  evaluateOn(backend: string): Promise<Outcome[]>;
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
  return {
    async evaluateOn(backend) {
      const page = await browser.newPage();
      await page.goto(server.resolvedUrls!.local[0]!);
      await page.waitForFunction(() => typeof window.evaluateOn === "function");
      const outcomes = await page.evaluate((name) => window.evaluateOn(name), backend);
      await page.close();
      return outcomes;
    },
    async close() {
      await browser.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
