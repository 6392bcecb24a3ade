// Runs a built page in Chromium.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import { chromium } from "playwright-core";

const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

export interface PageRun {
  /** The result of the page's `globalThis.run()`. */
  readonly result: unknown;
  /** Total size of the loaded scripts, gzipped. */
  readonly bytes: number;
}

/** @param folder a folder with index.html, or the address of a running site */
export async function runPage(folder: string | URL, ...args: readonly unknown[]): Promise<PageRun> {
  const server = typeof folder === "string" ? await serve(folder) : undefined;
  const browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] });
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    let bytes = 0;
    const measured: Promise<void>[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("response", (response) => {
      if (response.request().resourceType() === "script" && response.ok())
        measured.push(response.body().then((body) => void (bytes += gzipSync(body, { level: 9 }).length)));
    });
    await page.goto(server ? `http://127.0.0.1:${(server.address() as AddressInfo).port}/` : String(folder));
    await page
      .waitForFunction("globalThis.run !== undefined", undefined, { timeout: 60_000 })
      .catch((cause: unknown) => {
        throw new Error(`the page has no globalThis.run: ${errors.join("; ")}`, { cause });
      });
    const result: unknown = await page.evaluate(
      (given) => (globalThis as unknown as { run(...given: unknown[]): Promise<unknown> }).run(...given),
      args,
    );
    await Promise.all(measured);
    return { result, bytes };
  } finally {
    await browser.close();
    server?.close();
  }
}

async function serve(folder: string): Promise<ReturnType<typeof createServer>> {
  const server = createServer(({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://page");
    const file = join(folder, pathname === "/" ? "index.html" : pathname);
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream").end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
