import { softwareVulkan } from "@bertkit/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { runWebgpuProgram } from "../__fixtures__/run-webgpu-program.ts";

interface Result {
  readonly differences: Record<string, number>;
  /** By provider. */
  readonly operators: Record<string, Record<string, number>>;
}

const skipped = softwareVulkan === undefined ? " (skipped: apt-get install chromium)" : "";

describe.skipIf(skipped !== "")(`a training step on ONNX Runtime's WebGPU${skipped}`, () => {
  let result: Result;

  beforeAll(() => {
    result = runWebgpuProgram(new URL("../__fixtures__/webgpu-training-program.ts", import.meta.url));
  }, 180_000);

  it("has the CPU's loss and gradients", () => {
    expect(Object.keys(result.differences)).toHaveLength(14);
    for (const [name, difference] of Object.entries(result.differences)) expect(difference, name).toBeLessThan(1e-4);
  });

  it("runs only on the GPU, except for the output that ends runs in Node early", () => {
    const { CPUExecutionProvider: onCpu = {}, WebGpuExecutionProvider: onGpu = {} } = result.operators;
    expect(onGpu).toMatchObject({ MatMul: expect.any(Number) as number, Gemm: expect.any(Number) as number });
    expect(onCpu).toEqual({ Cast: 1 });
  });
});
