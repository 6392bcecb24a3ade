import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { lstat, mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { hubCommit, type LoopbackHub, loopbackHub } from "@bertkit/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CheckpointError } from "../checkpoint-error.ts";
import { hubFolder } from "./hub-folder.ts";
import type { DownloadProgress } from "./hub-options.ts";
import { hubSettings } from "./hub-settings.ts";

const weights = randomBytes(300_000);
const files = { "config.json": Buffer.from('{"model_type": "bert"}'), "model.safetensors": weights };
let hub: LoopbackHub;
let cache: string;

beforeEach(async () => {
  hub = await loopbackHub(files);
  cache = await mkdtemp(join(tmpdir(), "bertkit-hub-"));
});
afterEach(async () => {
  await hub.close();
  await rm(cache, { recursive: true });
});

const tiny = (options: object = {}): ReturnType<typeof hubFolder> =>
  hubFolder("owner/tiny", {
    endpoint: hub.endpoint,
    cache,
    offline: false,
    token: "secret",
    onProgress: ({ loaded }) => void (hub.received = loaded),
    ...options,
  });

test("downloads once, into the cache layout of Hugging Face's libraries", async () => {
  const folder = tiny();
  expect(await folder.read("config.json")).toEqual(files["config.json"]);
  expect(Buffer.from((await folder.read("model.safetensors"))!).equals(weights)).toBe(true);
  expect(await folder.read("vocab.txt")).toBeUndefined();
  const root = join(cache, "models--owner--tiny");
  expect((await readdir(root)).toSorted()).toEqual([".no_exist", ".verified", "blobs", "refs", "snapshots"]);
  expect(await readdir(join(root, ".no_exist", hubCommit))).toEqual(["vocab.txt"]);
  expect(await readFile(join(root, "refs/main"), "utf8")).toBe(hubCommit);
  const link = join(root, "snapshots", hubCommit, "model.safetensors");
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect(await readlink(link)).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/);
  const before = hub.requests.length;
  await folder.read("model.safetensors"); // the commit is known now
  expect(hub.requests).toHaveLength(before);
  await tiny({ revision: hubCommit, endpoint: "http://127.0.0.1:1" }).read("model.safetensors"); // pinned: no request
});

test("resumes after a broken connection, and reports progress", async () => {
  hub.cuts.push(100_000, 50_000);
  const progress: DownloadProgress[] = [];
  const onProgress = (step: DownloadProgress): void => {
    progress.push(step);
    hub.received = step.loaded;
  };
  const bytes = await tiny({ onProgress }).read("model.safetensors");
  expect(Buffer.from(bytes!).equals(weights)).toBe(true);
  const ranges = hub.requests.filter((line) => line.startsWith("GET /blobs")).map((line) => line.split("bytes=")[1]);
  expect(ranges).toEqual(["0-", "100000-", "150000-"]);
  expect(progress.at(-1)).toEqual({ file: "model.safetensors", loaded: 300_000, total: 300_000 });
});

test("keeps the bytes received, so that the next process resumes", async () => {
  hub.cuts.push(10_000, 10_000, 10_000, 10_000, 10_000);
  await expect(tiny().read("model.safetensors")).rejects.toThrow(/broke off 5 times\. The bytes received are kept/);
  expect(Buffer.from((await tiny().read("model.safetensors"))!).equals(weights)).toBe(true);
  expect(hub.requests.at(-1)).toBe(`GET /blobs/${hubCommit}/model.safetensors bytes=50000-`);
});

test("discards a download with a wrong checksum", async () => {
  hub.damage.set("model.safetensors", randomBytes(weights.length));
  await expect(tiny().read("model.safetensors")).rejects.toThrow(/is damaged: checksum [0-9a-f]{64}, expected/);
  hub.damage.clear();
  expect(Buffer.from((await tiny().read("model.safetensors"))!).equals(weights)).toBe(true);
  hub.damage.set("config.json", Buffer.from('{"model_type": "bart"}'));
  await expect(tiny().read("config.json")).rejects.toThrow(/is damaged: checksum [0-9a-f]{40}/);
});

test("uses only the cache offline, or if the hub cannot be reached", async () => {
  await expect(tiny({ offline: true }).read("config.json")).rejects.toThrow(
    /is not in the cache \(.*\), and offline mode is on \(HF_HUB_OFFLINE\)/,
  );
  await tiny().read("config.json");
  const before = hub.requests.length;
  expect(await tiny({ offline: true }).read("config.json")).toBeDefined();
  await expect(tiny({ offline: true }).read("model.safetensors")).rejects.toThrow(
    /model\.safetensors of owner\/tiny at main is not in the cache, and may exist on the hub/,
  );
  expect(hub.requests).toHaveLength(before);
  expect(await tiny({ endpoint: "http://127.0.0.1:1" }).read("config.json")).toBeDefined();
  const nowhere = hubFolder("owner/other", { endpoint: "http://127.0.0.1:1", cache });
  await expect(nowhere.read("config.json")).rejects.toThrow(
    /could not be reached: .*, 5 times\. Check the network or the endpoint \(HF_ENDPOINT\)/,
  );
});

test("a failure names the proxy that is not used", async () => {
  vi.stubEnv("HTTP_PROXY", "http://127.0.0.1:1");
  const nowhere = hubFolder("owner/other", { endpoint: "http://hub.invalid", cache });
  await expect(nowhere.read("config.json")).rejects.toThrow(
    /could not be reached: .* \(Node's fetch does not use the proxy of HTTP_PROXY: .*NODE_USE_ENV_PROXY=1\), 5 times\. Check/,
  );
  vi.unstubAllEnvs();
});

test("says what does not exist", async () => {
  const missing = hubFolder("owner/missing", { endpoint: hub.endpoint, cache });
  await expect(missing.read("config.json")).rejects.toThrow(
    /owner\/missing at .* does not exist, or it is private \(401\)/,
  );
  await expect(tiny({ revision: "v9" }).read("config.json")).rejects.toThrow(/owner\/tiny at .* has no revision "v9"/);
  expect(() => hubFolder("../secret")).toThrow(CheckpointError);
  await expect(tiny().read("../secret")).rejects.toThrow(/may be outside the folder/);
});

test("two processes that start together share one download", { timeout: 120_000 }, async () => {
  const program = fileURLToPath(new URL("./__fixtures__/read-from-hub.ts", import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const env = { ...process.env, HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache, HF_HUB_OFFLINE: "", HF_TOKEN: "" };
  const read = async (): Promise<string> =>
    (
      await promisify(execFile)(process.execPath, ["--import", tsx, program, "model.safetensors"], { env })
    ).stdout.trim();
  expect(await Promise.all([read(), read()])).toEqual(["300000", "300000"]);
  expect(hub.requests.filter((line) => line.startsWith("GET /blobs"))).toHaveLength(1);
});

test("settings come from Hugging Face's environment variables", async () => {
  expect(await hubSettings({}, { HF_HOME: "/h", HF_ENDPOINT: "https://mirror/", HF_TOKEN: "t" })).toEqual({
    endpoint: "https://mirror/",
    cache: join("/h", "hub"),
    token: "t",
    tokenProblem: undefined,
    offline: false,
    etagTimeout: 10,
    downloadTimeout: 10,
  });
  expect(await hubSettings({}, { HF_HUB_ETAG_TIMEOUT: "3", HF_HUB_DOWNLOAD_TIMEOUT: "0.5" })).toMatchObject({
    etagTimeout: 3,
    downloadTimeout: 0.5,
  });
  await expect(hubSettings({}, { HF_HUB_DOWNLOAD_TIMEOUT: "soon" })).rejects.toThrow(
    /HF_HUB_DOWNLOAD_TIMEOUT must be a number of seconds, got "soon"/,
  );
  expect(await hubSettings({}, { HF_TOKEN: " t\n" })).toMatchObject({ token: "t" });
  expect(await hubSettings({}, { HF_HUB_CACHE: "/c", HF_HUB_OFFLINE: "1" })).toMatchObject({
    cache: "/c",
    offline: true,
  });
  expect(await hubSettings({ cache: "/own" }, { HF_HUB_CACHE: "/c" })).toMatchObject({ cache: "/own" });
  expect(await hubSettings({}, { HUGGINGFACE_HUB_CACHE: "/older", HF_HOME: "/h", HF_TOKEN: "t" })).toMatchObject({
    cache: "/older",
  });
});

test("paths of the environment may have ~ and variables", async () => {
  const cacheOf = async (environment: Record<string, string>): Promise<string> =>
    (await hubSettings({}, { HF_TOKEN: "t", DISK: "/d", ...environment })).cache;
  expect(await cacheOf({ HF_HOME: "~/hf" })).toBe(join(homedir(), "hf", "hub"));
  expect(await cacheOf({ HF_HOME: "~" })).toBe(join(homedir(), "hub"));
  expect(await cacheOf({ XDG_CACHE_HOME: "$DISK/x" })).toBe(join("/d/x", "huggingface", "hub"));
  expect(await cacheOf({ HF_HUB_CACHE: "${DISK}/hub-$NONE" })).toBe("/d/hub-$NONE");
  expect(await cacheOf({ HF_HUB_CACHE: "/a/~/$DISKS" })).toBe("/a/~/$DISKS");
  expect(await cacheOf({ HUGGINGFACE_HUB_CACHE: "~/c" })).toBe(`${homedir()}/c`);
  await writeFile(join(cache, "my-token"), "stored");
  expect(await hubSettings({}, { DISK: cache, HF_TOKEN_PATH: "$DISK/my-token" })).toMatchObject({ token: "stored" });
});

test("a token of the environment or a file is used unless HF_HUB_DISABLE_IMPLICIT_TOKEN is set", async () => {
  await writeFile(join(cache, "token"), "stored");
  const tokenOf = async (environment: Record<string, string>, token?: string): Promise<string | undefined> =>
    (await hubSettings(token === undefined ? {} : { token }, { HF_HOME: cache, ...environment })).token;
  expect(await tokenOf({ HUGGING_FACE_HUB_TOKEN: "older" })).toBe("older");
  expect(await tokenOf({ HUGGING_FACE_HUB_TOKEN: "older", HF_TOKEN: "t" })).toBe("t");
  const disabled = { HF_HUB_DISABLE_IMPLICIT_TOKEN: "True" };
  expect(await tokenOf(disabled)).toBe(undefined);
  expect(await tokenOf({ ...disabled, HF_TOKEN: "t", HUGGING_FACE_HUB_TOKEN: "older" })).toBe(undefined);
  expect(await tokenOf(disabled, "given")).toBe("given");
  expect(await tokenOf({ HF_HUB_DISABLE_IMPLICIT_TOKEN: "0" })).toBe("stored");
});
