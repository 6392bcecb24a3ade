import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import { serveSite } from "@bertkit/testing/serve-site";
import { chromium } from "playwright-core";
import type { SuiteReport } from "./results.ts";

/** Runs the suite of bundle-page.ts in Chromium on TensorFlow.js's "webgpu" or "webgl", with our patches or without. */
export async function runPage(
  scripts: ReadonlyMap<string, Uint8Array>,
  backend: string,
  patched: boolean,
): Promise<SuiteReport> {
  if (chromiumPath === undefined)
    throw new Error(
      `test:tfjs: ${backend} needs Chromium: run apt-get install chromium, or set BERTKIT_CHROMIUM to its path.`,
    );
  const html = '<!doctype html><meta charset="utf-8"><script type="module" src="/suite.js"></script>';
  const site = await serveSite(new Map([["/", new TextEncoder().encode(html)], ...scripts]));
  const browser = await chromium.launch({ executablePath: chromiumPath, args: [...chromiumFlags] });
  try {
    const page = await browser.newPage();
    let firstError = "";
    page.on("pageerror", (error) => (firstError ||= String(error)));
    const crashed = new Promise<never>((_, reject) => {
      page.on("crash", () => reject(new Error(`test:tfjs: the page of the suite on ${backend} crashed.`)));
    });
    await page.goto(`${site.address}?backend=${backend}${patched ? "&patched" : ""}`);
    try {
      await page.waitForFunction(() => "report" in globalThis, undefined, { timeout: 120_000 });
    } catch (error) {
      throw new Error(`test:tfjs: the suite on ${backend} did not start: ${firstError}`, { cause: error });
    }
    return await Promise.race([page.evaluate(() => globalThis.window.report), crashed]);
  } finally {
    await browser.close();
    site.close();
  }
}
