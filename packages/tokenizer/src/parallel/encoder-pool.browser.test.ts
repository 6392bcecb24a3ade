// The pool in a page, with the worker loaded from the published files, and from a bundle of Vite.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import { chromium, type Browser } from "playwright-core";
import { build as bundleByVite } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { smallVocabulary } from "../__fixtures__/small-vocabulary.ts";
import { bertTokenizer } from "../index.ts";

const texts = Array.from({ length: 3000 }, (_, i) => `${"the lazy dog ".repeat(i % 40)}[MASK] Straße ${i} 東京`);

/** The page's program: returns the results of `EncoderPool` and `encodeInParallel`. */
const program = `
import { bertTokenizer, Vocabulary } from "./package/index.js";
import { encodeInParallel, EncoderPool } from "./package/parallel.js";

globalThis.encode = async (tokens, texts) => {
  const tokenizer = bertTokenizer({ vocabulary: new Vocabulary(tokens) });
  const pool = await EncoderPool.start(tokenizer, { workers: 2 });
  const pooled = await pool.encodeRagged(texts, { offsets: "utf16" });
  const rejected = await pool.encodeRagged(texts, { maxLength: 1 }).catch(String);
  pool.close();
  const { ids } = await encodeInParallel(tokenizer, texts.slice(0, 9));
  const [all, offsets, rowSplits] = [pooled.ids, pooled.offsets, pooled.rowSplits].map((array) => array.join());
  return { ids: all, offsets, rowSplits, rejected, once: ids.join() };
};
`;

interface Encoded {
  ids: string;
  offsets: string;
  rowSplits: string;
  rejected: string;
  once: string;
}

describe.skipIf(!chromiumPath)("in Chromium (skipped without one: set BERTKIT_CHROMIUM)", () => {
  const folder = mkdtempSync(join(tmpdir(), "bertkit-"));
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    const page = join(folder, "page");
    mkdirSync(page);
    writeFileSync(join(page, "index.html"), `<!doctype html><script type="module" src="./main.js"></script>`);
    writeFileSync(join(page, "main.js"), program);
    const require = createRequire(import.meta.url);
    const { build } = createRequire(require.resolve("tsup"))("esbuild") as { build(options: object): Promise<unknown> };
    const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
    await build({
      entryPoints: {
        index: source("../index.ts"),
        parallel: source("index.ts"),
        "encode-worker": source("encode-worker.ts"),
      },
      bundle: true,
      splitting: true,
      format: "esm",
      target: "es2022",
      outdir: join(page, "package"),
    });
    cpSync(page, join(folder, "as-published"), { recursive: true });
    await bundleByVite({
      root: page,
      base: "./",
      configFile: false,
      logLevel: "error",
      build: { outDir: join(folder, "bundled"), target: "es2022" },
    });
    server = createServer((request, response) => {
      try {
        const file = readFileSync(join(folder, new URL(request.url!, "http://page").pathname));
        response.setHeader("content-type", request.url!.endsWith(".js") ? "text/javascript" : "text/html");
        response.end(file);
      } catch {
        response.statusCode = 404;
        response.end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true });
  });

  test.each(["as-published", "bundled"])(
    "%s: workers return the same as one thread",
    async (name) => {
      const vocabulary = await smallVocabulary();
      const expected = bertTokenizer({ vocabulary }).encodeRagged(texts, { offsets: "utf16" });
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}/index.html`);
      await page.waitForFunction("globalThis.encode !== undefined");
      const encoded = (await page.evaluate(
        ([tokens, given]) =>
          (globalThis as unknown as { encode(...a: unknown[]): Promise<unknown> }).encode(tokens, given),
        [vocabulary.tokens, texts],
      )) as Encoded;
      expect(encoded.ids).toBe(expected.ids.join());
      expect(encoded.offsets).toBe(expected.offsets!.join());
      expect(encoded.rowSplits).toBe(expected.rowSplits.join());
      expect(encoded.rejected).toMatch(/encode: maxLength must be at least 2/);
      expect(encoded.once).toBe(expected.ids.subarray(0, expected.rowSplits[9]).join());
      await page.close();
    },
    60_000,
  );
});
