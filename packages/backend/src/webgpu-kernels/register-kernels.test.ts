import { softwareVulkan } from "@bertkit/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../index.ts";
import { opCases, sampled, type Outcome } from "./__fixtures__/op-cases.ts";
import { runOnDawn } from "./__fixtures__/run-on-dawn.ts";
import { registerWebgpuKernels } from "./register-kernels.ts";

interface Result {
  fused: Record<string, Outcome>;
  composed: Record<string, Outcome>;
  leaked: { tensors: number; buffers: number };
  /** Of each op: forward, and the gradient. */
  dispatches: Record<"fused" | "composed", Record<string, [number, number]>>;
  lastOfMany: number[];
  wrongLabels: string[];
}

const skipped = softwareVulkan === undefined ? " (skipped: apt-get install chromium)" : "";

describe.skipIf(skipped !== "")(`fused kernels on TensorFlow.js's webgpu backend, on Dawn${skipped}`, () => {
  let result: Result;

  beforeAll(async () => {
    result = runOnDawn(new URL("./__fixtures__/kernels-program.ts", import.meta.url));
    await useBackend("cpu");
  }, 240_000);

  it.each(Object.keys(opCases))("%s equals plain JavaScript, values and gradients", async (name) => {
    const expected = sampled(name, await opCases[name]!());
    const got = result.fused[name]!;
    expect(Object.keys(got)).toEqual(Object.keys(expected));
    for (const [key, values] of Object.entries(expected)) {
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(got[key], key).toBeAllClose(values, { absolute: 1e-6 + 1e-5 * largest, relative: 0 });
    }
  });

  it("equals the composed kernels of the same backend", () => {
    expect(Object.keys(result.composed).length).toBeGreaterThan(10);
    for (const [name, outcome] of Object.entries(result.composed))
      for (const [key, values] of Object.entries(outcome))
        expect(result.fused[name]![key], `${name}: ${key}`).toBeAllClose(values, { absolute: 1e-6, relative: 1e-5 });
  });

  it("drops exactly the elements that dropout drops without the kernel", () => {
    for (const name of ["dropout [1]", "dropout [3, 5, 67]"]) {
      expect(result.fused[name]).toEqual(result.composed[name]);
      expect(result.fused[name]!["value"]!.some((value) => value !== 0)).toBe(name !== "dropout [1]");
    }
  });

  it("takes one dispatch forward and one for the gradient; dropout also one for its mask", () => {
    expect(result.dispatches.fused).toEqual({
      layerNorm: [1, 1],
      gelu: [1, 1],
      geluTanh: [1, 1],
      softmaxCrossEntropy: [1, 1],
      dropout: [2, 1],
    });
    expect(result.dispatches.composed["layerNorm"]).toEqual([9, 15]);
  });

  it("computes more elements than one dispatch has workgroups for", () =>
    expect(result.lastOfMany).toBeAllClose([0.841345], { absolute: 1e-6, relative: 0 }));

  it("gives NaN for labels outside the classes that only the GPU knows", () =>
    expect(result.wrongLabels.map((loss) => loss.slice(0, 5))).toEqual(["NaN", "1.386", "NaN"]));

  it("leaves no tensor and no buffer", () => expect(result.leaked).toEqual({ tensors: 0, buffers: 0 }));
});

it("registers each kernel once", () => {
  registerWebgpuKernels();
  const first = tf.getKernel("BertkitGelu", "webgpu");
  expect(first).toBeDefined();
  registerWebgpuKernels();
  expect(tf.getKernel("BertkitGelu", "webgpu")).toBe(first);
});
