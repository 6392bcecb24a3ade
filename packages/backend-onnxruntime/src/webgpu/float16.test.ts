import { findFloat16Vulkan, float16Missing, softwareVulkan } from "@bertkit/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { runWebgpuProgram } from "../__fixtures__/run-webgpu-program.ts";
import { useCpuForGraphsOfWebgpu } from "../float16/__fixtures__/graphs-of-webgpu.ts";
import { transformer } from "../float16/__fixtures__/transformer.ts";
import { operands } from "./__fixtures__/operands.ts";
import { trainFourSteps, type FourSteps } from "./__fixtures__/train-four-steps.ts";

interface Result {
  product: number[];
  ofLarge: number[];
  bytes: number;
  stored: number[];
  masks: number[];
  manyTerms: number;
  layer: number[];
  each: Record<string, number[]>;
  compiled: number[];
  updated: number[];
  training: FourSteps;
  precision: number;
  fallbacks: object;
}

const program = new URL("./__fixtures__/float16-program.ts", import.meta.url);
const driver = findFloat16Vulkan();
const skipped = driver === undefined ? ` (skipped: ${float16Missing})` : "";

describe.skipIf(driver === undefined)(`float16 on WebGPU, on Mesa's software adapter${skipped}`, () => {
  let result: Result;

  beforeAll(async () => {
    result = runWebgpuProgram(program, driver);
    await useCpuForGraphsOfWebgpu("onnxruntime-node", "float32");
  }, 180_000);

  it("stores weights rounded, in half of the memory", () => {
    expect(result.stored.slice(0, 65)).toEqual([1, ...Array.from({ length: 64 }, (_, i) => (i + 1) / 64)]);
    expect(result.stored[3002]).toBe(46.90625); // 3002 / 64
    expect(result.product[0]).toBe(47.9375); // 1 + 1001 / 64 + 2002 / 64
    // 6,006 bytes of the weights, and of other tensors: the product's operand and result, and five small ones.
    expect(result.bytes).toBeLessThanOrEqual(6016 + 16 + 4016 + 5 * 16);
    expect(result.precision).toBe(16);
  });

  it("keeps a weight in float32 that is too large, and what norms and sums read", () => {
    expect(result.ofLarge).toEqual([2, 2e6]);
    expect(result.manyTerms).toBe(70_001);
  });

  it("masks scores by large numbers", () => {
    expect(result.masks).toEqual(Array.from({ length: 4 }, () => [0.5, 0, 0, 0.5]).flat());
  });

  it("computes a transformer's layer to two digits", () => {
    const exact = tf.tidy(() => transformer().forward()).dataSync<"float32">();
    expect(relativeDifference(result.layer, exact)).toBeLessThan(5e-3);
    expect(relativeDifference(result.layer, exact)).toBeGreaterThan(1e-4); // float32 differs less
  });

  it.each(Object.keys(operands()))("computes %s", (name) => {
    const exact = tf.tidy(operands()[name]!).dataSync<"float32">();
    expect(relativeDifference(result.each[name]!, exact)).toBeLessThan(6e-3);
  });

  it("updates weights in float32, which compiled functions notice", () => {
    expect(result.compiled).toEqual([1.5 * 2 + 2 * 4, 1.484375 * 2 + 2.015625 * 4].map((x) => expect.closeTo(x, 2)));
    expect(result.updated).toEqual([1.5 - 2 ** -6, 2 + 2 ** -6].map((x) => expect.closeTo(x, 6)));
  });

  it("trains nearly as in float32", async () => {
    const exact = await trainFourSteps(() => ({ uploaded: 0, read: 0 }));
    expect(result.training.losses).toBeAllClose(exact.losses, { absolute: 0, relative: 5e-3 });
  });

  it("runs nothing in JavaScript", () => expect(result.fallbacks).toEqual({}));
});

function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const largest = Math.max(...Array.from(expected, Math.abs));
  return Math.max(...Array.from(expected, (value, i) => Math.abs(value - actual[i]!))) / largest;
}

const noChromium = softwareVulkan === undefined ? " (skipped: apt-get install chromium)" : "";

describe.skipIf(noChromium !== "")(`float16 on an adapter without it${noChromium}`, () => {
  it("is rejected with the adapter's name", () => {
    const { error } = runWebgpuProgram<{ error: string }>(program);
    expect(error).toMatch(/the GPU adapter "google swiftshader.*" has no feature shader-f16.*Leave precision out/);
  });
});
