// Training goes on in a hidden page, in a real browser, where timers run once a second and frames do not run at all.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import { build } from "esbuild";
import { type Browser, type CDPSession, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TrainedHidden } from "./__fixtures__/hidden-page.ts";

describe.skipIf(!chromiumPath)("in Chromium (skipped without it: apt-get install chromium)", () => {
  let site: Server;
  let browser: Browser;

  beforeAll(async () => {
    const scripts: Record<string, Uint8Array> = {};
    for (const [name, source] of [
      ["page", "hidden-page"],
      ["worker", "training-worker"],
    ] as const) {
      const { outputFiles } = await build({
        entryPoints: [fileURLToPath(new URL(`./__fixtures__/${source}.ts`, import.meta.url))],
        bundle: true,
        write: false,
        platform: "browser",
        format: "esm",
        target: "es2022",
        logLevel: "error",
      });
      scripts[`/${name}.js`] = outputFiles[0]!.contents;
    }
    const engine = createRequire(createRequire(import.meta.url).resolve("@bertkit/backend-onnxruntime/package.json"));
    const ort = dirname(engine.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));
    site = createServer(({ url = "/" }, response) => {
      const type = (value: string) => response.setHeader("content-type", value);
      if (url in scripts) return void type("text/javascript").end(scripts[url]);
      if (url === "/")
        return void type("text/html").end('<!doctype html><script type="module" src="/page.js"></script>');
      const file = /^\/ort\/([a-z.-]+\.(mjs|wasm))$/.exec(url);
      if (file === null) return void response.writeHead(404).end();
      type(file[2] === "mjs" ? "text/javascript" : "application/wasm").end(readFileSync(join(ort, file[1]!)));
    });
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    // By default Playwright turns off the throttling of hidden pages.
    const ignoreDefaultArgs = [
      "--disable-background-timer-throttling",
      "--disable-backgrounding-occluded-windows",
      "--disable-renderer-backgrounding",
    ];
    browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags], ignoreDefaultArgs });
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  /** Trains in a tab behind another one. Playwright's own pages are never hidden, so these are not its. */
  async function trainHidden(...given: [backend: string, engine: boolean, steps: number]): Promise<TrainedHidden> {
    const session = await browser.newBrowserCDPSession();
    const { targetId } = await session.send("Target.createTarget", {
      url: `http://127.0.0.1:${(site.address() as AddressInfo).port}/`,
    });
    const { targetId: front } = await session.send("Target.createTarget", { url: "about:blank" });
    await session.send("Target.activateTarget", { targetId: front });
    const { sessionId } = await session.send("Target.attachToTarget", { targetId, flatten: false });
    while ((await evaluate(session, sessionId, "document.visibilityState + typeof trainHidden")) !== "hiddenfunction")
      await new Promise((resolve) => setTimeout(resolve, 100));
    const result = await evaluate(session, sessionId, `trainHidden(...${JSON.stringify(given)})`);
    for (const target of [targetId, front]) await session.send("Target.closeTarget", { targetId: target });
    await session.detach();
    return result as TrainedHidden;
  }

  test.each([
    ["the engine on wasm", "wasm", true],
    ["plain JavaScript", "cpu", false],
    ["TensorFlow.js's webgl", "webgl", false],
    ["TensorFlow.js's webgpu", "webgpu", false],
    ["the engine on webgpu", "webgpu", true],
    ["a worker", "worker", true],
  ] as const)(
    "%s",
    async (_, backend, engine) => {
      const steps = 60;
      const result = await trainHidden(backend, engine, steps);
      expect(result.steps).toBe(steps);
      expect(result.losses.at(-1)).toBeLessThan(result.losses[0]!);
      expect(result.frames).toBe(0);
      // A step that waited for a timer would come after one.
      if (backend !== "worker") expect(result.timers).toBeLessThan(steps);
    },
    180_000,
  );
});

let messages = 0;

/** The value of an expression in a page. */
async function evaluate(session: CDPSession, sessionId: string, expression: string): Promise<unknown> {
  const id = ++messages;
  const answer = new Promise<string>((resolve) => {
    const listen = (event: { sessionId: string; message: string }): void => {
      if (event.sessionId !== sessionId || (JSON.parse(event.message) as { id?: number }).id !== id) return;
      session.off("Target.receivedMessageFromTarget", listen);
      resolve(event.message);
    };
    session.on("Target.receivedMessageFromTarget", listen);
  });
  const params = { expression, awaitPromise: true, returnByValue: true };
  const message = JSON.stringify({ id, method: "Runtime.evaluate", params });
  await session.send("Target.sendMessageToTarget", { sessionId, message });
  const { result, error } = JSON.parse(await answer) as {
    result?: { result: { value?: unknown }; exceptionDetails?: { exception?: { description?: string } } };
    error?: { message: string };
  };
  if (error !== undefined) throw new Error(error.message);
  if (result!.exceptionDetails !== undefined) throw new Error(result!.exceptionDetails.exception?.description);
  return result!.result.value;
}
