// fromPretrained with a repository's name, end to end, with a loopback hub set in the environment.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DownloadProgress } from "@bertkit/checkpoints";
import { dispose, variables } from "@bertkit/nn";
import { hubCommit, type LoopbackHub, loopbackHub, olderHubCommit } from "@bertkit/testing";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { filesOf } from "../__fixtures__/model-files.ts";
import { tinyClassifierModel, tinyPretrainingModel } from "../__fixtures__/tiny-model.ts";
import { fromPretrained } from "./from-pretrained.ts";
import type { PretrainedParts } from "./pretrained.ts";

const values = (model: PretrainedParts): number[][] => {
  const { encoder, maskedLm, nextSentence, classifier } = model;
  return [...variables({ encoder, maskedLm, nextSentence, classifier }).values()].map((each) => [...each.dataSync()]);
};

let model: ReturnType<typeof tinyPretrainingModel>;
let files: Record<string, Uint8Array>;
let hub: LoopbackHub;
let cache: string;

beforeAll(async () => {
  await tf.setBackend("cpu");
  model = tinyPretrainingModel();
  files = await filesOf(model);
  return () => dispose(model);
});
beforeEach(async () => {
  hub = await loopbackHub(files);
  cache = await mkdtemp(join(tmpdir(), "bertkit-from-hub-"));
  vi.stubEnv("HF_ENDPOINT", hub.endpoint); // with a slash, as mirrors' URLs often have
  vi.stubEnv("HF_HUB_CACHE", cache);
  vi.stubEnv("HF_TOKEN", "");
  vi.stubEnv("HF_HUB_OFFLINE", "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  await rm(cache, { recursive: true });
});

const weightsOf = (progress: { file: string; loaded: number }): number =>
  progress.file === "model.safetensors" ? progress.loaded : 0;

test("the connection breaks twice while downloading the weights: the model is the same to the bit", async () => {
  const { length } = files["model.safetensors"]!;
  const cut = Math.floor(length / 3);
  hub.cuts.push(cut, cut);
  const onProgress = (progress: DownloadProgress): void => void (hub.received = weightsOf(progress));
  const loaded = await fromPretrained("owner/tiny", { onProgress });
  expect(values(loaded)).toEqual(values(model));
  expect(loaded.unused).toEqual([]);
  const ranges = hub.requests.filter((line) => line.startsWith("GET /blobs/")).map((line) => line.split("bytes=")[1]);
  expect(ranges).toEqual(["0-", `${cut}-`, `${2 * cut}-`]);
  loaded.dispose();
});

test("the next program resumes an interrupted download", async () => {
  const cut = Math.floor(files["model.safetensors"]!.length / 3);
  hub.cuts.push(cut); // sends no more data, and keeps the connection open
  const controller = new AbortController();
  const onProgress = (progress: DownloadProgress): void => {
    if (weightsOf(progress) >= cut) controller.abort(new Error("stopped by the user"));
  };
  const stopped = fromPretrained("owner/tiny", { signal: controller.signal, onProgress });
  await expect(stopped).rejects.toThrow("stopped by the user");
  const loaded = await fromPretrained("owner/tiny");
  expect(values(loaded)).toEqual(values(model));
  expect(hub.requests.at(-1)).toBe(`GET /blobs/${hubCommit}/model.safetensors bytes=${cut}-`);
  loaded.dispose();
});

test("the second time nothing is downloaded; offline, or if the hub is unreachable, the cache is enough", async () => {
  (await fromPretrained("owner/tiny")).dispose();
  const before = hub.requests.filter((line) => line.startsWith("GET ")).length;
  (await fromPretrained("owner/tiny")).dispose();
  expect(hub.requests.filter((line) => line.startsWith("GET "))).toHaveLength(before);
  vi.stubEnv("HF_HUB_OFFLINE", "1");
  const requests = hub.requests.length;
  const offline = await fromPretrained("owner/tiny");
  expect(values(offline)).toEqual(values(model));
  expect(hub.requests).toHaveLength(requests);
  vi.stubEnv("HF_HUB_OFFLINE", "");
  vi.stubEnv("HF_ENDPOINT", "http://127.0.0.1:1");
  const cached = await fromPretrained("owner/tiny");
  expect(values(cached)).toEqual(values(model));
  await expect(fromPretrained("owner/never")).rejects.toThrow(/could not be reached/);
  vi.stubEnv("HF_HUB_OFFLINE", "1");
  await expect(fromPretrained("owner/never")).rejects.toThrow(
    /owner\/never at main is not in the cache .*HF_HUB_OFFLINE/,
  );
  offline.dispose();
  cached.dispose();
});

test("a tag or commit pins a revision, independent of main", async () => {
  const older = tinyClassifierModel();
  hub = await replaced(files, { v1: await filesOf(older) });
  const main = await fromPretrained("owner/tiny");
  expect(main.maskedLm).toBeDefined();
  for (const revision of ["v1", olderHubCommit]) {
    const pinned = await fromPretrained("owner/tiny", { revision });
    expect(pinned.classifier?.labels).toEqual(older.classifier.labels);
    expect(values(pinned)).toEqual(values(older));
    pinned.dispose();
  }
  const same = await fromPretrained("owner/tiny", { revision: hubCommit });
  expect(values(same)).toEqual(values(main));
  await expect(fromPretrained("owner/tiny", { revision: "v2" })).rejects.toThrow(/has no revision "v2"/);
  for (const each of [main, same]) each.dispose();
  dispose(older);
});

test.each([
  [false, /owner\/absent at http.* does not exist, or it is private \(401\)\. Check the name, or set HF_TOKEN/],
  [true, /owner\/absent at http.* was not found \(404\).*private\. Check the name and the revision, or set HF_TOKEN/],
])("a missing repository; a plain mirror: %s", async (plain, message) => {
  hub = await replaced(files, { plain });
  const before = tf.memory().numTensors;
  await expect(fromPretrained("owner/absent")).rejects.toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
  const loaded = await fromPretrained("owner/tiny"); // which does not have all files that are requested
  expect(values(loaded)).toEqual(values(model));
  loaded.dispose();
});

/** Replaces the hub that each test starts with. */
async function replaced(...given: Parameters<typeof loopbackHub>): Promise<LoopbackHub> {
  await hub.close();
  const next = await loopbackHub(...given);
  vi.stubEnv("HF_ENDPOINT", next.endpoint);
  return next;
}
