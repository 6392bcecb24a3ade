import { useBackend } from "@bertkit/backend";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { backendForWorker } from "./backend-for-worker.ts";

const page = "https://example.org/app/index.html";

test("gives the name and options of the useBackend call, with a page's paths as addresses", async () => {
  await useBackend("cpu", { threads: 2, enginePath: "ort/", wasmPaths: "/wasm/" });
  expect(backendForWorker(page)).toEqual({
    name: "cpu",
    options: { threads: 2, enginePath: "https://example.org/app/ort/", wasmPaths: "https://example.org/wasm/" },
  });
  expect(backendForWorker(undefined).options).toEqual({ threads: 2, enginePath: "ort/", wasmPaths: "/wasm/" });
  await useBackend("cpu", { wasmPaths: { "tfjs-backend-wasm.wasm": "../a.wasm" } });
  expect(backendForWorker(page).options).toEqual({
    wasmPaths: { "tfjs-backend-wasm.wasm": "https://example.org/a.wasm" },
  });
});

test("keeps the options for the device that is in use, and the paths and threads for another one", async () => {
  const [enginePath, address] = ["ort/", "https://example.org/app/ort/"];
  await useBackend("cpu", { threads: 2, enginePath, engine: "tfjs" });
  const own = { name: "cpu", options: { threads: 2, enginePath: address, engine: "tfjs" } };
  expect(backendForWorker(page, "auto")).toEqual(own);
  expect(backendForWorker(page, "cpu")).toEqual(own);
  expect(backendForWorker(page, "wasm")).toEqual({ name: "wasm", options: { threads: 2, enginePath: address } });
});

test("gives the name of a backend that was selected in another way", async () => {
  await useBackend("node", { threads: 1 });
  expect(backendForWorker(undefined)).toEqual({ name: "node", options: { threads: 1 } });
  await tf.setBackend("cpu");
  expect(backendForWorker(undefined)).toEqual({ name: "cpu", options: {} });
  await useBackend("cpu");
  await tf.setBackend("onnxruntime");
  expect(backendForWorker(undefined)).toEqual({ name: "node", options: {} });
  expect(backendForWorker(page)).toEqual({ name: "wasm", options: {} });
});
