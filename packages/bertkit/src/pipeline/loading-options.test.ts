import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dispose } from "@bertkit/nn";
import { loopbackHub } from "@bertkit/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test, vi } from "vitest";
import { filesOf } from "../__fixtures__/model-files.ts";
import { tinyClassifierModel } from "../__fixtures__/tiny-model.ts";
import { type LoadingStep, loadingOptions } from "./loading-options.ts";
import { pipeline } from "./pipeline.ts";

test("loads with the options of transformers.js: a cache folder, local files only, a callback, a device", async () => {
  await tf.setBackend("cpu");
  const model = tinyClassifierModel();
  const hub = await loopbackHub(await filesOf(model));
  dispose(model);
  const cache_dir = await mkdtemp(join(tmpdir(), "bertkit-cache-dir-"));
  vi.stubEnv("HF_ENDPOINT", hub.endpoint);
  vi.stubEnv("HF_TOKEN", "");
  vi.stubEnv("HF_HUB_OFFLINE", "");
  try {
    const steps: LoadingStep[] = [];
    const progress_callback = (step: LoadingStep): void => {
      steps.push(step);
      if (step.status === "progress" && step.file === "model.safetensors") hub.received = step.loaded;
    };
    const options = { cache_dir, progress_callback, revision: "main", dtype: "fp32" } as const;
    const classify = await pipeline("text-classification", "owner/tiny", options);
    const [found] = await classify("a good film");
    classify.dispose();
    const weights = steps.filter((step) => "file" in step && step.file === "model.safetensors");
    expect(weights.map(({ status }) => status)).toEqual(["initiate", "download", ...weights.slice(2, -1).map(() => "progress"), "done"]); // prettier-ignore
    expect(weights.at(-2)).toMatchObject({ name: "owner/tiny", progress: 100 });
    expect(steps.at(-1)).toEqual({ status: "ready", task: "text-classification", model: "owner/tiny" });
    expect(await readdir(cache_dir)).toContain("models--owner--tiny");

    const requests = hub.requests.length;
    const again = await pipeline("text-classification", "owner/tiny", { cache_dir, local_files_only: true });
    expect(await again("a good film")).toEqual([found]);
    expect(hub.requests).toHaveLength(requests);
    again.dispose();
    await expect(pipeline("ner", "owner/tiny", { cache_dir, device: "webgpu" })).rejects.toThrow(
      'pipeline: device "webgpu" runs on the backend webgpu, but cpu is in use. Call useBackend("webgpu") first, or omit device.',
    );
  } finally {
    vi.unstubAllEnvs();
    await hub.close();
    await rm(cache_dir, { recursive: true });
  }
});

test("a device names a backend", () => {
  const backend = (device: "auto" | "cpu" | "gpu" | "wasm" | "webgpu") => loadingOptions({ device }, "m").backend;
  expect([backend("auto"), backend("cpu"), backend("gpu"), backend("wasm")]).toEqual(["auto", "node", "webgpu", "wasm"]); // prettier-ignore
  expect(loadingOptions({}, "m")).toEqual({ loading: {}, backend: undefined });
});

test.each([
  [{ device: "cuda" }, 'pipeline: device must be one of auto, gpu, cpu, wasm, webgpu, got "cuda".'],
  [{ cache_dir: 7 }, "pipeline: cache_dir must be a text, got 7."],
  [{ progress_callback: "x" }, "pipeline: progress_callback must be a function"],
  [{ local_files_only: "yes" }, "pipeline: local_files_only must be true or false"],
  [{ subfolder: "onnx" }, "pipeline: subfolder is about ONNX files; here a pipeline loads config.json and weights"],
  [{ session_options: {} }, "pipeline: session_options is about ONNX files"],
])("rejects %j", async (options, message) => {
  await expect(pipeline("ner", "/no/model", options as never)).rejects.toThrow(message);
});
