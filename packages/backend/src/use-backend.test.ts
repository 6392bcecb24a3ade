import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { BackendUnavailableError, chosenBackend, useBackend } from "./index.ts";

describe("useBackend", () => {
  it.each([
    ["cpu", "cpu", "tfjs", /plain JavaScript/],
    ["wasm", "wasm", "tfjs", /This is not a page: the engine is the backend "node" here/],
    ["node", "onnxruntime", "onnxruntime", /native kernels run whole graphs/],
  ] as const)("selects %s", async (name, registeredAs, engine, why) => {
    const { reason, ...backend } = await useBackend(name);
    expect(backend).toEqual({ name, registeredAs, engine, unavailable: {} });
    expect(reason).toMatch(why);
    expect(tf.getBackend()).toBe(registeredAs);
    const gradient = tf.grad((x) => tf.sum(tf.square(x)))(tf.tensor1d([1, 2, 3]));
    expect(Array.from(gradient.dataSync())).toEqual([2, 4, 6]);
  });

  it("the last of two concurrent calls wins", async () => {
    const both = await Promise.all([useBackend("node"), useBackend("cpu")]);
    expect(both.map(({ registeredAs }) => registeredAs)).toEqual(["onnxruntime", "cpu"]);
    expect(tf.getBackend()).toBe("cpu");
    const failed = await Promise.allSettled([useBackend("webgl"), useBackend("wasm")]);
    expect(failed.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(tf.getBackend()).toBe("wasm");
  });

  it("remembers what selected the backend in use", async () => {
    await useBackend("auto", { threads: 1 });
    expect(chosenBackend()).toEqual({ name: "node", options: { threads: 1 } });
    await useBackend("webgl").catch(() => {});
    expect(chosenBackend()?.name).toBe("node");
    await useBackend("cpu");
    expect(chosenBackend()).toEqual({ name: "cpu", options: {} });
    await tf.setBackend("onnxruntime");
    expect(chosenBackend()).toBeUndefined();
  });

  it("selects the native backend in Node", async () => {
    expect((await useBackend("auto")).name).toBe("node");
  });

  it("runs the engine that is asked for, or says why it cannot", async () => {
    const byTfjs = await useBackend("auto", { engine: "tfjs" });
    expect(byTfjs).toMatchObject({ name: "wasm", engine: "tfjs" });
    expect(byTfjs.unavailable.node).toMatch(/The option engine asks for TensorFlow.js's own kernels/);
    await expect(useBackend("wasm", { engine: "onnxruntime" })).rejects.toThrow(
      /asks for ONNX Runtime\. This is not a page: the engine is the backend "node" here/,
    );
    await expect(useBackend("cpu", { engine: "onnxruntime" })).rejects.toThrow(
      /cpu cannot run here\..*plain JavaScript/,
    );
    expect((await useBackend("node", { engine: "onnxruntime" })).engine).toBe("onnxruntime");
  });

  it("keeps the backend in use if it rejects", async () => {
    await useBackend("node");
    const before = tf.backend();
    const pending = tf.add(tf.ones([3]), 2);
    await expect(useBackend("node", { threads: 2, engine: "tfjs" })).rejects.toThrow(BackendUnavailableError);
    expect(tf.getBackend()).toBe("onnxruntime");
    expect(tf.backend()).toBe(before);
    expect(Array.from(pending.dataSync())).toEqual([3, 3, 3]);
  });

  it("computes what was recorded before it replaces the backend", async () => {
    await useBackend("node", { threads: 2 });
    const pending = tf.add(tf.ones([3]), 2);
    await useBackend("node", { threads: 1 });
    expect(Array.from(pending.dataSync())).toEqual([3, 3, 3]);
    expect(Array.from(tf.mul(pending, 2).dataSync())).toEqual([6, 6, 6]);
  });

  it("accepts another number of threads", async () => {
    await useBackend("node", { threads: 1 });
    expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  });

  it("rejects an unavailable device, with the reason", async () => {
    const device = process.platform === "win32" ? "coreml" : "dml";
    await expect(useBackend("node", { device })).rejects.toThrow(
      /node cannot run here.*has no (dml|coreml) on .*Use one of: cpu/,
    );
    expect((await useBackend("node", { device: "cpu" })).name).toBe("node");
  });

  it("says why a backend is unavailable, and the fix", async () => {
    await expect(useBackend("webgl")).rejects.toThrow(/needs a browser.*Use "node" or "wasm"/);
    await expect(useBackend("webgpu")).rejects.toThrow(/navigator\.gpu is missing/);
    expect(BackendUnavailableError.isInstance(await useBackend("webgl").catch((error: unknown) => error))).toBe(true);
    await expect(useBackend("tensorflow" as "cpu")).rejects.toThrow(/unknown backend, got "tensorflow"/);
  });

  it.each([
    [
      { thread: 2 },
      /no option is called thread\. Did you mean threads\? Use threads, device, wasmPaths, enginePath, engine, precision, onCompile\./,
    ],
    [{ threads: 0 }, /threads must be a whole number of at least 1, got 0\. Leave it out for the default\./],
    [{ threads: "2" }, /threads must be a whole number of at least 1, got "2"/],
    [{ device: "gpu" }, /device must be one of cpu, webgpu, .*, got "gpu"/],
    [{ engine: "onnx" }, /engine must be one of onnxruntime, tfjs, got "onnx"/],
    [{ precision: "bfloat16" }, /precision must be one of float32, float16, got "bfloat16"/],
    [{ onCompile: "log" }, /onCompile must be a function, got "log"/],
    [{ enginePath: "" }, /enginePath must be the path of a folder, got ""/],
    [{ wasmPaths: null }, /wasmPaths must be a text, or an object of the paths by file, got null/],
  ])("does not fall back to another backend on a wrong option: %j", async (options, message) => {
    for (const name of ["auto", "node", "cpu"] as const) {
      const error = await useBackend(name, options as object).catch((reason: unknown) => reason);
      expect((error as Error).message).toMatch(message);
      expect(BackendUnavailableError.isInstance(error)).toBe(false);
    }
  });
});
