// A page that trains in a worker, in a real browser.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import { build } from "esbuild";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TrainedInWorker } from "./__fixtures__/training-page.ts";

describe.skipIf(!chromiumPath)("in Chromium (skipped without it: apt-get install chromium)", () => {
  let site: Server;
  let browser: Browser;

  beforeAll(async () => {
    const scripts: Record<string, Uint8Array> = {};
    for (const name of ["page", "worker"]) {
      const { outputFiles } = await build({
        entryPoints: [fileURLToPath(new URL(`./__fixtures__/training-${name}.ts`, import.meta.url))],
        bundle: true,
        write: false,
        platform: "browser",
        format: "esm",
        target: "es2022",
        logLevel: "error",
      });
      scripts[`/${name}.js`] = outputFiles[0]!.contents;
    }
    const engine = createRequire(createRequire(import.meta.url).resolve("@bertkit/backend-onnxruntime/package.json"));
    const ort = dirname(engine.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));
    site = createServer(({ url = "/" }, response) => {
      const type = (value: string) => response.setHeader("content-type", value);
      if (url in scripts) return void type("text/javascript").end(scripts[url]);
      if (url === "/")
        return void type("text/html").end('<!doctype html><script type="module" src="/page.js"></script>');
      const file = /^\/ort\/(ort-wasm-simd-threaded\.(mjs|wasm))$/.exec(url);
      if (file === null) return void response.writeHead(404).end();
      type(file[2] === "mjs" ? "text/javascript" : "application/wasm").end(readFileSync(join(ort, file[1]!)));
    });
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] });
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  test("a page keeps showing frames while a worker trains, and reads its losses step by step", async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => typeof window.trainInWorker === "function");
    const result: TrainedInWorker = await page.evaluate((steps) => window.trainInWorker(steps), 12);
    expect(result.errors).toEqual([
      "RangeError: nothing is trained yet",
      "Error: connectWorker: the worker has ended: its script did not load. Start it again.",
    ]);
    expect(result.losses).toHaveLength(12);
    expect(result.losses.at(-1)).toBeLessThan(result.losses[0]!);
    // Steps take about 0.1 s each, in which a page that trains itself shows none.
    expect(result.frames).toBeGreaterThan(5);
    expect(result.vector).toHaveLength(128);
    expect(result.vector.every((value) => Math.abs(value) <= 1 && value !== 0)).toBe(true);
    expect(result.closed).toMatch(/connectWorker: the worker has ended: close\(\)\. Start it again\./);
    await page.close();
  }, 180_000);
});
