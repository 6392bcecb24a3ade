// A page that trains in a worker, in a real browser.
import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import type { Site } from "@bertkit/testing/serve-site";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveScripts } from "./__fixtures__/serve-scripts.ts";
import type { TrainedInWorker } from "./__fixtures__/training-page.ts";

describe.skipIf(!chromiumPath)("in Chromium (skipped without it: apt-get install chromium)", () => {
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    site = await serveScripts({ page: "training-page", worker: "training-worker" });
    browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] });
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  test("a page keeps showing frames while a worker trains, and reads its losses step by step", async () => {
    const page = await browser.newPage();
    await page.goto(site.address);
    await page.waitForFunction(() => typeof window.trainInWorker === "function");
    const result: TrainedInWorker = await page.evaluate((steps) => window.trainInWorker(steps), 12);
    expect(result.errors).toEqual([
      "RangeError: nothing is trained yet",
      "Error: connectWorker: the worker has ended: its script did not load. Start it again.",
    ]);
    expect(result.recognized).toEqual([
      "BackendUnavailableError",
      ["DispatchError", "the GPU was lost", true, ["MatMul"], "RangeError: too much memory"],
    ]);
    expect(result.unsendable).toMatch(/^Error: serveFunctions: what returnsFunction returns cannot be sent to another/);
    expect(result.uncaught).toEqual(["Uncaught Error: a timer threw"]); // the calls below still work
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
