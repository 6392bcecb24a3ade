import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";

export interface Site {
  /** With a slash at its end. */
  readonly address: string;
  /** The paths that were requested, in order. */
  readonly requested: readonly string[];
  close(): void;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/**
 * Serves a site on the loopback, without caching.
 *
 * @param files bytes, or the path of a file, by the path on the site; without "/" that is a page with the script /page.js
 */
export async function serveSite(files: ReadonlyMap<string, Uint8Array | string>): Promise<Site> {
  const page = new TextEncoder().encode('<!doctype html><script type="module" src="/page.js"></script>');
  const requested: string[] = [];
  const server = createServer(({ url }, response) => {
    const { pathname } = new URL(url!, "http://site");
    requested.push(pathname);
    const file = files.get(pathname) ?? (pathname === "/" ? page : undefined);
    if (file === undefined) return void response.writeHead(404).end();
    const type = pathname === "/" ? types[".html"] : (types[extname(pathname)] ?? "application/octet-stream");
    response.setHeader("content-type", type!).setHeader("cache-control", "no-store");
    response.end(typeof file === "string" ? readFileSync(file) : file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requested,
    close: () => void server.close(),
  };
}
