// Training goes on in a hidden page, in a real browser, where timers run once a second and frames do not run at all.
import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import type { Site } from "@bertkit/testing/serve-site";
import { type Browser, type CDPSession, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveScripts } from "./__fixtures__/serve-scripts.ts";
import type { TrainedHidden } from "./__fixtures__/hidden-page.ts";

describe.skipIf(!chromiumPath)("in Chromium (skipped without it: apt-get install chromium)", () => {
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    site = await serveScripts({ page: "hidden-page", worker: "training-worker" });
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
    const { targetId } = await session.send("Target.createTarget", { url: site.address });
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
