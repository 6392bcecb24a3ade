// The first step on WebGPU compiles shaders: in a worker, in a real browser, with progress and without freezing the page.
import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import type { Site } from "@bertkit/testing/serve-site";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Compiled } from "./__fixtures__/compiling-page.ts";
import { serveScripts } from "./__fixtures__/serve-scripts.ts";

describe.skipIf(!chromiumPath)("in Chromium (skipped without it: apt-get install chromium)", () => {
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    site = await serveScripts({ page: "compiling-page", worker: "compiling-worker" });
    browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] });
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  test.each([
    ["TensorFlow.js's own webgpu", false],
    ["the engine on WebGPU", true],
  ])(
    "%s",
    async (_, engine) => {
      const page = await browser.newPage();
      await page.goto(site.address);
      await page.waitForFunction(() => typeof window.compileInWorker === "function");
      const { progress, loss, frames, shown }: Compiled = await page.evaluate(
        (given) => window.compileInWorker(given),
        engine,
      );
      await page.close();
      expect(loss).toBeCloseTo(1, 2); // the mean square after a LayerNorm
      expect(progress[0]).toEqual({ compiled: 0, requested: 1 });
      const last = progress.at(-1)!;
      expect(last.compiled).toBe(last.requested);
      expect(last.compiled).toBeGreaterThan(20);
      for (const [i, { compiled, requested }] of progress.entries())
        if (i > 0) {
          const { compiled: compiledBefore, requested: requestedBefore } = progress[i - 1]!;
          expect(compiled + requested).toBe(compiledBefore + requestedBefore + 1);
          expect(compiled).toBeGreaterThanOrEqual(compiledBefore);
        }
      // A frozen page would show no frame in between, so only the first report and the last.
      expect(frames).toBeGreaterThan(20);
      expect(shown).toBeGreaterThan(2);
    },
    300_000,
  );
});
