import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import { bundleScripts } from "@bertkit/testing/bundle-scripts";
import { serveSite } from "@bertkit/testing/serve-site";
import { chromium, type Page } from "playwright-core";

export interface ChromiumSite {
  /** A new page with the script loaded. */
  open(): Promise<Page>;
  close(): Promise<void>;
}

/**
 * Bundles a script, serves a page with it on the loopback, and starts headless Chromium. The site has onnxruntime-web's
 * files in /ort/; /part/ lacks the .wasm file for WebGPU.
 */
export async function serveInChromium(script: string): Promise<ChromiumSite> {
  const site = await serveSite(
    new Map<string, Uint8Array | string>([...(await bundleScripts({ page: script })), ...engineFiles()]),
  );
  const browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] });
  return {
    async open() {
      const page = await browser.newPage();
      await page.goto(site.address);
      return page;
    },
    async close() {
      await browser.close();
      site.close();
    },
  };
}

function engineFiles(): [path: string, file: string][] {
  const engine = createRequire(createRequire(import.meta.url).resolve("@bertkit/backend-onnxruntime/package.json"));
  const folder = dirname(engine.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));
  const names = readdirSync(folder).filter((name) => /\.(mjs|wasm)$/.test(name));
  const filesIn = (path: string, listed: readonly string[]): [string, string][] =>
    listed.map((name) => [`${path}${name}`, join(folder, name)]);
  const incomplete = names.filter((name) => !name.endsWith(".asyncify.wasm"));
  return [...filesIn("/ort/", names), ...filesIn("/part/", incomplete)];
}
