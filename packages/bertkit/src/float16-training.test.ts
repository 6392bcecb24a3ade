import { useBackend } from "@bertkit/backend";
import { findFloat16Vulkan, float16Missing } from "@bertkit/testing";
import { beforeAll, describe, expect, test } from "vitest";
import type { FineTunedInFloat16 } from "./__fixtures__/float16-fine-tuning-program.ts";
import { trainSteps, type Trained } from "./__fixtures__/float16-training.ts";
import { runOnVulkan } from "./__fixtures__/run-on-vulkan.ts";

const driver = findFloat16Vulkan();
const skipped = driver === undefined ? ` (skipped: ${float16Missing})` : "";
const steps = 8;

describe.skipIf(driver === undefined)(`training in float16 on WebGPU, on Mesa's software adapter${skipped}`, () => {
  let trained: Trained;
  let exact: Trained;

  beforeAll(async () => {
    trained = runOnVulkan(
      new URL("./__fixtures__/float16-training-program.ts", import.meta.url),
      [String(steps)],
      driver,
    );
    await useBackend("node");
    exact = await trainSteps(steps, trained.places); // not with the batches that were skipped
  }, 400_000);

  test("skips steps until the scale fits, and counts them", () => {
    expect(trained.skipped).toBeGreaterThan(0);
    expect(trained.scale).toBe(2 ** (24 - trained.skipped));
    expect(exact.skipped).toBe(0);
  });

  test("has float32's gradients to 1 %", () => {
    expect(Object.keys(exact.first)).toHaveLength(25);
    for (const [path, gradient] of Object.entries(exact.first)) {
      if (path.endsWith("key.bias")) continue; // zero but for rounding
      const largest = Math.max(...gradient.map(Math.abs));
      expect(trained.first[path], path).toBeAllClose(gradient, { absolute: 0.01 * largest, relative: 0 });
    }
  });

  test("has float32's losses to 0.2 %", () => {
    expect(trained.losses).toHaveLength(steps);
    expect(trained.losses).toBeAllClose(exact.losses, { absolute: 0, relative: 0.002 });
  });

  test("keeps gradients that are zero without scaling", () => {
    expect(trained.gradients[0]).toBe(0);
    expect(trained.gradients[1] / 1e-8).toBeCloseTo(1, 2);
    expect(exact.gradients[0] / 1e-8).toBeCloseTo(1, 2);
  });

  test("fineTune takes a loss scaler: what it skips is no step", () => {
    const program = new URL("./__fixtures__/float16-fine-tuning-program.ts", import.meta.url);
    const { steps: updates, skipped, scale, losses } = runOnVulkan<FineTunedInFloat16>(program, [], driver);
    expect(skipped).toBeGreaterThan(0);
    expect(scale).toBe(2 ** (24 - skipped));
    expect(updates + skipped).toBe(4 * 12); // epochs, and batches in each
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
  }, 400_000);
});
