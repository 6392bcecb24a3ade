import { existsSync } from "node:fs";
import { softwareVulkan } from "@bertkit/testing";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { runWebgpuProgram } from "../__fixtures__/run-webgpu-program.ts";
import { backendName, registerOnnxRuntime, type Device } from "../index.ts";

const skipped = softwareVulkan === undefined ? " (skipped: apt-get install chromium)" : "";
const cudaHere = existsSync("/proc/driver/nvidia") || process.platform !== "linux" || process.arch !== "x64";

describe("a device", () => {
  it("with an unknown name is rejected", () => {
    expect(() => registerOnnxRuntime({ device: "tpu" as Device })).toThrow(
      /device must be one of cpu, webgpu.*got "tpu"/,
    );
  });

  it.skipIf(cudaHere)(
    "that does not start is rejected with the reason and what to install, and nothing else changes",
    async () => {
      await tf.setBackend(backendName);
      expect(() => registerOnnxRuntime({ device: "cuda" })).toThrow(
        /cuda does not start here: ".*".*ONNXRUNTIME_NODE_INSTALL=cuda12.*Or use "cpu"/s,
      );
      expect(tf.add(1, 2).dataSync()[0]).toBe(3);
    },
  );

  it.skipIf(skipped !== "")(
    `webgpu gives what the CPU gives${skipped}`,
    () => {
      const program = new URL("../__fixtures__/webgpu-program.ts", import.meta.url);
      const differences = runWebgpuProgram<Record<string, number>>(program);
      for (const [name, difference] of Object.entries(differences)) expect(difference, name).toBeLessThan(1e-4);
      expect(Object.keys(differences)).toContain("dFilter");
    },
    180_000,
  );
});
