import { softwareVulkan } from "@bertkit/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { runWebgpuProgram } from "../__fixtures__/run-webgpu-program.ts";
import { useWasmSessions } from "../web/__fixtures__/open-ort.ts";
import { attention } from "./__fixtures__/attention.ts";
import { trainFourSteps, type FourSteps } from "./__fixtures__/train-four-steps.ts";

interface Result {
  computed: number[];
  dataSync: string;
  dropout: { kept: number; differs: number };
  /** With a mask and without. */
  attentions: number[][];
  training: FourSteps;
  anyLength: number[];
  /** Of a compiled function that was traced with tensors that share memory: that call, and one with others. */
  aliased: number[][];
  /** Functions of numbers outside of their domain, of NaN, and of a half. */
  outside: string[];
  /** Cross-entropies of logits with NaN. */
  nanLosses: string[];
  tooLarge: string;
  afterFailures: number[];
  gpuError: string;
  afterError: string;
  lost: string;
  fallbacks: object;
}

const skipped = softwareVulkan === undefined ? " (skipped: apt-get install chromium)" : "";

describe.skipIf(skipped !== "")(`sessions on WebGPU, on Dawn's software adapter${skipped}`, () => {
  let result: Result;
  let onWasm: FourSteps;
  let attentionsOnWasm: number[][];

  beforeAll(async () => {
    result = runWebgpuProgram(new URL("./__fixtures__/gpu-program.ts", import.meta.url));
    await useWasmSessions();
    attentionsOnWasm = await Promise.all([true, false].map((masked) => attention(32, 64, masked)));
    onWasm = await trainFourSteps(() => ({ uploaded: 0, read: 0 }));
  }, 120_000);

  it("compute, and reject synchronous reads", () => {
    expect(result.computed).toEqual([0, 1, 6, 13]);
    expect(result.dataSync).toMatch(/read asynchronously, got dataSync.*Use await tensor\.data\(\)/);
    expect(result.fallbacks).toEqual({});
  });

  it("draw the dropout masks of other backends", () => {
    expect(result.dropout.differs).toBe(0);
    expect(result.dropout.kept / (3 * 4321)).toBeCloseTo(0.9, 1);
  });

  // ONNX Runtime's attention operator is wrong on WebGPU from 32 tokens on.
  it("compute attention over 32 tokens, with a mask and without", () => {
    expect(result.attentions).toHaveLength(2);
    for (const [i, values] of result.attentions.entries())
      expect(values).toBeAllClose(attentionsOnWasm[i]!, { absolute: 1e-5, relative: 1e-5 });
  });

  it("train as on WebAssembly", () => {
    expect(result.training.losses).toBeAllClose(onWasm.losses, { absolute: 1e-5, relative: 1e-5 });
    expect(result.training.weights).toBeAllClose(onWasm.weights, { absolute: 1e-5, relative: 1e-5 });
  });

  it("do not change a clone of the weights", () => {
    expect(result.training.clone).toBeAllClose(onWasm.clone, { absolute: 1e-5, relative: 1e-5 });
    expect(result.training.clone).not.toBeAllClose(onWasm.weights, { absolute: 1e-3, relative: 1e-3 });
  });

  it("upload only the batch of a step and read only its loss", () => {
    const batch = 4 * 8 * 256;
    for (const { uploaded, read } of result.training.counts.slice(1)) {
      expect(uploaded).toBeGreaterThanOrEqual(batch);
      expect(uploaded).toBeLessThan(batch + 4096); // of 64 KiB of weights
      expect(read).toBe(4);
    }
  });

  it("run compiled functions at any length", () => expect(result.anyLength).toEqual([2, 6]));

  it("run compiled functions that were traced with tensors that share memory", () => {
    expect(result.aliased).toEqual([
      [14, 20, 30, 44],
      [6, 8, 10, 12],
    ]);
  });

  it("compute NaN outside of the domain of logarithms", () => {
    expect(result.outside).toEqual([
      "log NaN NaN NaN NaN -0.693",
      "log1p NaN NaN NaN NaN 0.405",
      "acosh NaN NaN NaN NaN NaN",
      "atanh NaN NaN NaN NaN 0.549",
    ]);
  });

  it("compute no finite loss of logits with NaN, so that training ends", () => {
    expect(result.nanLosses).toHaveLength(6);
    expect(result.nanLosses.filter((loss) => Number.isFinite(Number(loss)))).toEqual([]);
  });

  it("reject a tensor that is too large, and work afterwards", () => {
    expect(result.tooLarge).toMatch(/has at most \d+ bytes, got 8589934592.*smaller batches/);
    expect(result.afterFailures).toEqual([2, 3, 4, 5]);
  });

  it("report errors of the GPU and a lost device", () => {
    expect(result.gpuError).toMatch(/the GPU reported an error: "Buffer usages .*load the last checkpoint/s);
    expect(result.afterError).toBe("nothing was thrown");
    expect(result.lost).toMatch(/device was lost \(destroyed\).*load the last checkpoint/);
  });
});
