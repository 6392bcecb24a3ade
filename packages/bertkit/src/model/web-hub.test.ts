// fromPretrained with a repository's name in a real browser's page: Cache Storage, pinned revisions, offline, broken
// connections.
import { fileURLToPath } from "node:url";
import type { HubFolderOptions } from "@bertkit/checkpoints";
import { dispose } from "@bertkit/nn";
import { chromium as chromiumPath, chromiumFlags, hubCommit, type LoopbackHub, loopbackHub } from "@bertkit/testing";
import { bundleScripts } from "@bertkit/testing/bundle-scripts";
import { serveSite, type Site } from "@bertkit/testing/serve-site";
import * as tf from "@tensorflow/tfjs-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LoadedInPage } from "../__fixtures__/hub-page.ts";
import { checksumOf, filesOf } from "../__fixtures__/model-files.ts";
import { tinyClassifierModel, tinyPretrainingModel } from "../__fixtures__/tiny-model.ts";

describe.skipIf(!chromiumPath)("in Chromium (skipped without it: apt-get install chromium)", () => {
  const model = tinyPretrainingModel();
  const older = tinyClassifierModel();
  let files: Record<string, Uint8Array>;
  let v1: Record<string, Uint8Array>;
  let site: Site;
  let browser: Browser;
  let page: Page;
  let hub: LoopbackHub;

  beforeAll(async () => {
    await tf.setBackend("cpu");
    [files, v1] = [await filesOf(model), await filesOf(older)];
    const source = fileURLToPath(new URL("../__fixtures__/hub-page.ts", import.meta.url));
    site = await serveSite(await bundleScripts({ page: source }));
    browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    site?.close();
    dispose([model, older]);
  });

  // A context has a Cache Storage of its own.
  beforeEach(async () => {
    hub = await loopbackHub(files, { v1 });
    page = await (await browser.newContext()).newPage();
    await open();
  });
  afterEach(async () => {
    await page.context().close();
    await hub.close();
  });

  async function open(): Promise<void> {
    await page.goto(site.address);
    await page.waitForFunction(() => typeof window.load === "function");
  }

  async function load(options: HubFolderOptions = {}, name = "owner/tiny"): Promise<LoadedInPage> {
    const loaded = await page.evaluate(([name, options]) => window.load(name, options), [
      name,
      { endpoint: hub.endpoint, ...options },
    ] as const);
    if (typeof loaded === "string") throw new Error(loaded);
    return loaded;
  }

  test(
    "fetched once, then read from the page's cache, also after reopening the page",
    { timeout: 60_000 },
    async () => {
      const first = await load();
      expect(first.checksum).toBe(checksumOf(model));
      expect(first.received["model.safetensors"]).toBe(files["model.safetensors"]!.length);
      const gets = (): string[] => hub.requests.filter((line) => line.startsWith("GET "));
      const before = gets().length;
      await open();
      const second = await load();
      expect(second).toEqual({ ...first, received: {} });
      expect(gets()).toHaveLength(before);
      const kept = await page.evaluate(async () => {
        const cache = await caches.open("bertkit");
        return (await cache.keys()).map(({ url }) => new URL(url).pathname);
      });
      expect(kept).toContain(`/owner/tiny/resolve/${hubCommit}/model.safetensors`);
    },
  );

  test("offline, or if the hub is unreachable, the cache is used", { timeout: 60_000 }, async () => {
    await expect(load({ offline: true })).rejects.toThrow(/owner\/tiny at main is not in the page's cache/);
    const first = await load();
    const { endpoint } = hub;
    await hub.close();
    expect((await load({ endpoint })).checksum).toBe(first.checksum);
    expect((await load({ endpoint, offline: true })).checksum).toBe(first.checksum);
    await expect(load({ endpoint }, "owner/never")).rejects.toThrow(/could not be reached/);
    hub = await loopbackHub(files);
  });

  test("a revision is pinned", { timeout: 60_000 }, async () => {
    const main = await load();
    const pinned = await load({ revision: "v1" });
    expect(pinned.checksum).toBe(checksumOf(older));
    expect((await load({ revision: hubCommit })).checksum).toBe(main.checksum);
    await expect(load({ revision: "v9" })).rejects.toThrow(/has no revision "v9"/);
    await expect(load({}, "owner/absent")).rejects.toThrow(
      /owner\/absent at .* does not exist, or it is private \(401\)/,
    );
  });

  test("a failed request is not a missing file, also offline afterwards", { timeout: 60_000 }, async () => {
    hub.interfere = ({ url }, response) => {
      if (!url!.endsWith("/tokenizer_config.json")) return false;
      response.setHeader("access-control-allow-origin", "*").writeHead(403).end();
      return true;
    };
    await expect(load()).rejects.toThrow(/is gated \(403\), so "tokenizer_config\.json" was not sent/);
    await expect(load({ offline: true })).rejects.toThrow(
      /tokenizer_config\.json of owner\/tiny at main is not in the page's cache, may exist on the hub/,
    );
    hub.interfere = undefined;
    const { checksum } = await load();
    hub.interfere = (_, response) => {
      response.destroy();
      return true;
    };
    expect((await load()).checksum).toBe(checksum); // which now also has markers for files that the hub does not have
  });

  test("a small file that arrives damaged is an error, and is not cached", { timeout: 60_000 }, async () => {
    hub.damage.set("config.json", new TextEncoder().encode('{"model_type": "bart"}'));
    await expect(load()).rejects.toThrow(/config\.json is damaged: checksum [0-9a-f]{40}/);
    hub.damage.clear();
    expect((await load()).checksum).toBe(checksumOf(model));
  });

  test("a token only goes to its origin, and a redirect does not get other headers", { timeout: 60_000 }, async () => {
    const other = await loopbackHub(files);
    const seen: string[] = [];
    other.interfere = ({ method, headers }) => {
      if (method !== "OPTIONS") seen.push(headers.authorization ?? headers["x-key"]?.toString() ?? "none");
      return false;
    };
    const own: string[] = [];
    hub.interfere = ({ method, url, headers }, response) => {
      response
        .setHeader("access-control-allow-origin", "*")
        .setHeader("access-control-allow-headers", "*, authorization");
      if (method === "OPTIONS") response.writeHead(204).end();
      else {
        own.push(headers.authorization ?? headers["x-key"]?.toString() ?? "none");
        response.writeHead(307, { location: other.endpoint + url }).end();
      }
      return true;
    };
    try {
      expect((await load({ token: "secret" })).checksum).toBe(checksumOf(model));
      expect(new Set(own)).toEqual(new Set(["Bearer secret"]));
      expect(new Set(seen)).toEqual(new Set(["none"]));
      const folder = `${hub.endpoint}/owner/tiny/resolve/main`;
      const read = (headers: Record<string, string>): Promise<unknown> =>
        page.evaluate(([folder, headers]) => window.read(folder, headers, "config.json"), [folder, headers] as const);
      expect(await read({ authorization: "Bearer secret" })).toBe(files["config.json"]!.length);
      expect(await read({ "x-key": "secret" })).toMatch(
        /redirects, and a browser would send x-key to the new address too/,
      );
      expect(new Set(seen)).toEqual(new Set(["none"]));
    } finally {
      await other.close();
    }
  });

  test("a broken download is resumed", { timeout: 60_000 }, async () => {
    const cut = Math.floor(files["model.safetensors"]!.length / 2);
    hub.cuts.push(cut);
    const loading = load();
    await expect.poll(() => hub.requests.some((line) => line.startsWith("GET /blobs/"))).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 500)); // everything sent has arrived by then
    hub.received = cut;
    expect((await loading).checksum).toBe(checksumOf(model));
    expect(hub.requests.filter((line) => line.startsWith("GET /blobs/"))).toHaveLength(2);
    expect(hub.requests.at(-1)).toMatch(/bytes=\d+-$/);
  });

  test("works without Cache Storage", { timeout: 60_000 }, async () => {
    await page.evaluate(() => Object.defineProperty(globalThis, "caches", { value: undefined }));
    expect((await load()).checksum).toBe(checksumOf(model));
  });
});
