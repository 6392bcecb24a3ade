import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import { bundleScripts } from "@bertkit/testing/bundle-scripts";
import { serveSite } from "@bertkit/testing/serve-site";
import { chromium, type Page } from "playwright-core";

export interface ChromiumSite {
  /** A new page with the script loaded. */
  open(): Promise<Page>;
  close(): Promise<void>;
}

/** Bundles a script, serves a page with it on the loopback, and starts headless Chromium. */
export async function serveInChromium(script: string): Promise<ChromiumSite> {
  const site = await serveSite(await bundleScripts({ page: script }));
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
