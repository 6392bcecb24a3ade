// `pipeline(…, { worker: true })` in a real browser's page, built from the sources as a bundler would.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { dispose } from "@bertkit/nn";
import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import * as tf from "@tensorflow/tfjs-core";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filesOf } from "../../__fixtures__/model-files.ts";
import type { PipelinesInPage } from "../../__fixtures__/pipeline-page.ts";
import { tinyEncoderModel } from "../../__fixtures__/tiny-model.ts";

const texts = ["a good film", "the plot was bad, very bad!", "not a zebra"];
const types: Record<string, string> = { js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm" };

describe.skipIf(!chromiumPath)("in Chromium (skipped without it: apt-get install chromium)", () => {
  const served = new Map<string, Uint8Array>();
  let requested: string[] = [];
  let site: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await tf.setBackend("cpu");
    const model = tinyEncoderModel();
    for (const [name, bytes] of Object.entries(await filesOf(model))) served.set(`/model/${name}`, bytes);
    dispose(model);
    const source = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
    const { outputFiles } = await build({
      entryPoints: { page: source("__fixtures__/pipeline-page.ts"), "pipeline-worker": source("platform/pipeline-worker.ts") },
      outdir: "/",
      bundle: true,
      external: ["hyparquet*", "koffi"],
      splitting: true,
      write: false,
      platform: "browser",
      format: "esm",
      target: "es2022",
      logLevel: "error",
    }); // prettier-ignore
    for (const { path, contents } of outputFiles) served.set(path, contents);
    served.set("/", new TextEncoder().encode('<!doctype html><script type="module" src="/page.js"></script>'));
    const engine = createRequire(createRequire(import.meta.url).resolve("@bertkit/backend-onnxruntime"));
    const ort = dirname(engine.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));
    for (const name of ["ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"])
      served.set(`/ort/${name}`, readFileSync(join(ort, name)));
    site = createServer(({ url }, response) => {
      const bytes = served.get(url!);
      requested.push(url!);
      if (bytes === undefined) return void response.writeHead(404).end();
      const type = url === "/" ? "text/html" : (types[url!.split(".").at(-1)!] ?? "application/octet-stream");
      response.setHeader("content-type", type).setHeader("cache-control", "no-store").end(bytes);
    });
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => typeof window.compare === "function");
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  test.each([
    ["cpu", {}, "tfjs"],
    ["wasm", { enginePath: "ort" }, "onnxruntime"],
  ] as const)("a pipeline in a worker gives what one in the page gives, on the same backend: %s", { timeout: 120_000 }, async (backend, options, engine) => {
    requested = [];
    const result: PipelinesInPage = await page.evaluate(([name, given, some]) => window.compare(name, given, some), [backend, options, texts] as const);
    expect(result.engine).toBe(engine);
    expect(result.here).toHaveLength(3 * 16);
    expect(result.there).toBeAllClose(result.here, { absolute: 1e-5, relative: 0 });
    expect(result.streamed).toBeAllClose(result.here, { absolute: 1e-5, relative: 0 });
    expect(result.ticks).toBeGreaterThan(3);
    expect(result.unnamed).toBe('TypeError: pipeline: in a page, worker must be pipelineWorker, got true. Import it from "bertkit/worker", so that only pages that need a worker are built with one.');
    expect(result.wrong).toBe('TypeError: feature-extraction: texts[1] must be a text or a pair of texts, got 7. Omit it, or pass "".');
    expect(result.aborted).toBe("RangeError: enough");
    expect(result.disposed).toMatch(/the pipeline is disposed/);
    expect(requested.filter((url) => url === "/pipeline-worker.js")).toHaveLength(1);
    // Once in the page, once in the worker: the engine runs in both.
    const engines = requested.filter((url) => url === "/ort/ort-wasm-simd-threaded.wasm");
    expect(engines).toHaveLength(engine === "onnxruntime" ? 2 : 0);
    await expect.poll(() => page.workers()).toEqual([]);
  }); // prettier-ignore
});
