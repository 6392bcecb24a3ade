import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import { build } from "esbuild";
import { chromium, type Page } from "playwright-core";

export interface Site {
  /** A new page with the script loaded. */
  open(): Promise<Page>;
  close(): Promise<void>;
}

/** Bundles a script, serves a page with it on the loopback, and starts headless Chromium. */
export async function serveInChromium(script: string): Promise<Site> {
  const { outputFiles } = await build({
    entryPoints: [script],
    bundle: true,
    write: false,
    platform: "browser",
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  const server = createServer(({ url = "/" }, response) => {
    if (url === "/page.js")
      return void response.setHeader("content-type", "text/javascript").end(outputFiles[0]!.contents);
    const page = '<!doctype html><script type="module" src="/page.js"></script>';
    response.setHeader("content-type", "text/html").end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] });
  return {
    async open() {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      return page;
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
