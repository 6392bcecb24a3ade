// `pipeline(…, { worker: true })` in a real browser's page, built from the sources as a bundler would.
import { fileURLToPath } from "node:url";
import { dispose } from "@bertkit/nn";
import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import { bundleScripts } from "@bertkit/testing/bundle-scripts";
import { serveSite, type Site } from "@bertkit/testing/serve-site";
import * as tf from "@tensorflow/tfjs-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineFiles } from "../../__fixtures__/engine-files.ts";
import { filesOf } from "../../__fixtures__/model-files.ts";
import type { PipelinesInPage } from "../../__fixtures__/pipeline-page.ts";
import { tinyEncoderModel } from "../../__fixtures__/tiny-model.ts";

const texts = ["a good film", "the plot was bad, very bad!", "not a zebra"];

describe.skipIf(!chromiumPath)("in Chromium (skipped without it: apt-get install chromium)", () => {
  let site: Site;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await tf.setBackend("cpu");
    const model = tinyEncoderModel();
    const modelFiles = Object.entries(await filesOf(model)).map(([name, bytes]) => [`/model/${name}`, bytes] as const);
    dispose(model);
    const source = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
    const sources = { page: source("__fixtures__/pipeline-page.ts"), "pipeline-worker": source("platform/pipeline-worker.ts") }; // prettier-ignore
    const bundled = await bundleScripts(sources, { external: ["hyparquet*", "koffi"] });
    site = await serveSite(new Map<string, Uint8Array | string>([...modelFiles, ...bundled, ...engineFiles()]));
    browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] });
    page = await browser.newPage();
    await page.goto(site.address);
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
    const before = site.requested.length;
    const result: PipelinesInPage = await page.evaluate(([name, given, some]) => window.compare(name, given, some), [backend, options, texts] as const);
    expect(result.engine).toBe(engine);
    expect(result.here).toHaveLength(3 * 16);
    expect(result.there).toBeAllClose(result.here, { absolute: 1e-5, relative: 0 });
    expect(result.streamed).toBeAllClose(result.here, { absolute: 1e-5, relative: 0 });
    expect(result.ticks).toBeGreaterThan(3);
    expect(result.unnamed).toBe('TypeError: pipeline: in a page, worker must be pipelineWorker, got true. Import it from "bertkit/worker", so that only pages that need a worker are built with one.');
    expect(result.wrong).toBe('TypeError: feature-extraction: texts[1] must be a text or a pair of texts, got 7. Omit it, or pass "".');
    const unsendable = /^TypeError: feature-extraction: the option callback cannot be sent to the worker: ".*could not be cloned\."\. Pass texts, numbers and plain objects, or omit worker\.$/;
    expect(result.unsendable).toEqual([expect.stringMatching(unsendable), expect.stringMatching(unsendable)]);
    expect(result.aborted).toBe("RangeError: enough");
    expect(result.disposed).toMatch(/the pipeline is disposed/);
    const requested = site.requested.slice(before);
    expect(requested.filter((url) => url === "/pipeline-worker.js")).toHaveLength(1);
    // Once in the page, once in the worker: the engine runs in both.
    const engines = requested.filter((url) => url === "/ort/ort-wasm-simd-threaded.wasm");
    expect(engines).toHaveLength(engine === "onnxruntime" ? 2 : 0);
    await expect.poll(() => page.workers()).toEqual([]);
  }); // prettier-ignore
});
