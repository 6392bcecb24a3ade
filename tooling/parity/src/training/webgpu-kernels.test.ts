import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

import { softwareVulkan } from "@bertkit/testing";
import { beforeAll, describe, expect, test } from "vitest";

import type { WebgpuSteps } from "./__fixtures__/webgpu-steps.ts";

const steps = 3;
const skipped = softwareVulkan === undefined ? " (skipped: apt-get install chromium)" : "";

describe.skipIf(skipped !== "")(`pretraining BERT-tiny on TensorFlow.js's webgpu backend, on Dawn${skipped}`, () => {
  let result: WebgpuSteps;

  beforeAll(() => {
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
    const program = fileURLToPath(new URL("./__fixtures__/webgpu-steps.ts", import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", tsx, program, String(steps)], {
      env: { ...process.env, ...softwareVulkan },
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`The program exited with ${status}: ${stderr}`);
    result = JSON.parse(stdout.trim().split("\n").at(-1)!) as WebgpuSteps;
  }, 300_000);

  test("with the fused kernels equals it without them", () => {
    const { fused, composed } = result;
    expect(fused.losses).toHaveLength(steps);
    expect(fused.losses[steps - 1]).toBeLessThan(fused.losses[0]!);
    expect(fused.losses).toBeAllClose(composed.losses, { absolute: 1e-5, relative: 1e-5 });
    expect(Object.keys(fused.sizes)).toEqual(Object.keys(composed.sizes));
    expect(Object.values(fused.sizes)).toBeAllClose(Object.values(composed.sizes), { absolute: 1e-6, relative: 1e-4 });
  });

  // 251 and 1,267 a step; the first step also fills the moments with zeros.
  test("takes a fifth of the dispatches", () => {
    expect(result.fused.dispatches).toBeLessThanOrEqual(steps * 251 + 92);
    expect(result.composed.dispatches).toBeGreaterThan(steps * 1200);
  });
});
