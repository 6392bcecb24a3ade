import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface Served {
  readonly address: string;
  close(): void;
}

/**
 * Serves on the loopback a page with the script /page.js, other scripts by name, and onnxruntime-web's files at /ort/.
 * @param scripts the files of this folder, without their ending, by the name that the page loads
 */
export async function serveScripts(scripts: Readonly<Record<string, string>>): Promise<Served> {
  const bundled: Record<string, Uint8Array> = {};
  for (const [name, source] of Object.entries(scripts)) {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL(`./${source}.ts`, import.meta.url))],
      bundle: true,
      write: false,
      platform: "browser",
      format: "esm",
      target: "es2022",
      logLevel: "error",
    });
    bundled[`/${name}.js`] = outputFiles[0]!.contents;
  }
  const engine = createRequire(createRequire(import.meta.url).resolve("@bertkit/backend-onnxruntime/package.json"));
  const ort = dirname(engine.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));
  const site = createServer(({ url = "/" }, response) => {
    const type = (value: string) => response.setHeader("content-type", value);
    if (url in bundled) return void type("text/javascript").end(bundled[url]);
    if (url === "/")
      return void type("text/html").end('<!doctype html><script type="module" src="/page.js"></script>');
    const file = /^\/ort\/([a-z.-]+\.(mjs|wasm))$/.exec(url);
    if (file === null) return void response.writeHead(404).end();
    type(file[2] === "mjs" ? "text/javascript" : "application/wasm").end(readFileSync(join(ort, file[1]!)));
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(site.address() as AddressInfo).port}/`,
    close: () => void site.close(),
  };
}
