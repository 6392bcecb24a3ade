import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { backendName, registerOnnxRuntime, type Device } from "../index.ts";

/** Debian's chromium includes a software Vulkan driver. */
const driver = "/usr/lib/chromium/vk_swiftshader_icd.json";
const skipped = existsSync(driver) ? "" : ` (skipped: no ${driver}; apt-get install chromium)`;
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
      const tsx = pathToFileURL(
        createRequire(new URL("../../../../package.json", import.meta.url)).resolve("tsx"),
      ).href;
      const program = fileURLToPath(new URL("../__fixtures__/webgpu-program.ts", import.meta.url));
      const env = { ...process.env, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: dirname(driver) };
      const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", tsx, program], {
        env,
        encoding: "utf8",
      });
      expect(status, stderr).toBe(0);
      const differences = JSON.parse(stdout.trim().split("\n").at(-1)!) as Record<string, number>;
      for (const [name, difference] of Object.entries(differences)) expect(difference, name).toBeLessThan(1e-4);
      expect(Object.keys(differences)).toContain("dFilter");
    },
    180_000,
  );
});
