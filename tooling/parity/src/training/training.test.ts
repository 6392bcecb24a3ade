import { useBackend } from "@bertkit/backend";
import { chromium } from "@bertkit/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openParityPage, type ParityPage } from "../chromium-page.ts";
import { pretrainingSteps, type PretrainingResult } from "./pretraining-steps.ts";

const steps = 50;
const minutes = 60_000;

describe.skipIf(chromium === undefined)("pretraining BERT-tiny in Chromium", () => {
  let page: ParityPage;
  let node: PretrainingResult;

  beforeAll(async () => {
    await useBackend("node");
    node = await pretrainingSteps(steps);
    page = await openParityPage();
  }, 5 * minutes);
  afterAll(async () => page.close());

  test.skipIf(process.env["BERTKIT_PARITY"] !== "all")(
    "on the engine's WebGPU equals Node (BERTKIT_PARITY=all)",
    async () => {
      const result = await page.pretrainOn("engine-webgpu", steps);
      expect(result.losses).toHaveLength(steps);
      expect(result.losses).toBeAllClose(node.losses, { absolute: 1e-4, relative: 0 });
      expect(Object.values(result.sizes)).toBeAllClose(Object.values(node.sizes), { absolute: 1e-6, relative: 1e-4 });
    },
    5 * minutes,
  );

  // With its fused kernels; a step takes seconds on a software adapter.
  test.skipIf(process.env["BERTKIT_PARITY"] !== "all")(
    "on TensorFlow.js's webgpu equals Node for five steps (BERTKIT_PARITY=all)",
    async () => {
      const { losses } = await page.pretrainOn("webgpu", 5);
      expect(losses).toBeAllClose(node.losses.slice(0, 5), { absolute: 1e-5, relative: 0 });
    },
    5 * minutes,
  );

  test(
    "on the engine's wasm equals Node",
    async () => {
      const result = await page.pretrainOn("engine-wasm", steps);
      expect(result.losses).toHaveLength(steps);
      expect(result.losses[0]).toBeCloseTo(node.losses[0]!, 6);
      expect(result.losses).toBeAllClose(node.losses, { absolute: 1e-4, relative: 0 });
      expect(Object.keys(result.sizes)).toEqual(Object.keys(node.sizes));
      expect(Object.values(result.sizes)).toBeAllClose(Object.values(node.sizes), { absolute: 1e-6, relative: 1e-4 });
    },
    2 * minutes,
  );
});
