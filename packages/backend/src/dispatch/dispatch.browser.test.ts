// Invalid dispatches and a lost GPU in a real browser, with `useBackend` and with TensorFlow.js alone.
import { fileURLToPath } from "node:url";
import { chromium } from "@bertkit/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ChromiumSite, serveInChromium } from "../__fixtures__/chromium-site.ts";
import type { Outcome } from "./__fixtures__/dispatch-page.ts";
import type { EngineOutcome } from "./__fixtures__/engine-page.ts";

describe.skipIf(!chromium)("in Chromium (skipped without it: apt-get install chromium)", () => {
  let site: ChromiumSite;

  beforeAll(async () => {
    site = await serveInChromium(fileURLToPath(new URL("./__fixtures__/dispatch-page.ts", import.meta.url)));
  }, 120_000);
  afterAll(() => site?.close());

  async function outcomeOf(name: "webgl" | "webgpu", failure: string, stock = false): Promise<Outcome> {
    const page = await site.open();
    await page.waitForFunction(() => typeof window.dispatchOn === "function");
    const outcome = await page.evaluate(([...given]) => window.dispatchOn(...given), [name, failure, stock] as const);
    await page.close();
    return outcome;
  }

  const right = { before: "2, 4, 6, 8", after: "values 3, 6, 9, 12" };

  // TensorFlow.js alone prints at most a warning: it reads zeros, or what another tensor's memory had.
  test.each([
    [
      "binding",
      "values 0, 0, 0, 0",
      /\[Fill\]: webgpu: the kernel Fill needs a tensor of 160000000 bytes, this GPU binds at most 134217728\. Use smaller/,
    ],
    [
      "buffer",
      "OperationError: Failed to execute 'mapAsync'",
      /\[Fill\]: webgpu: the kernel Fill needs a tensor of 280000000 bytes, this GPU has buffers of at most 268435456\. Use smaller/,
    ],
    [
      "many",
      "values 2, 4, 6, 8",
      /\[Broken\]: webgpu: the kernel Broken uses 10 tensors at once, this GPU binds at most 8\. Pass fewer/,
    ],
    [
      "shader",
      "values 2, 4, 6, 8",
      /\[Broken\]: webgpu: the kernel Broken did not run, so its results are invalid: Error while parsing WGSL.* Use smaller/,
    ],
    [
      "unused",
      "values 2, 4, 6, 8",
      /\[Broken\]: webgpu: the kernel Broken did not run, so its results are invalid: In entries\[1\], binding index 1 not present/,
    ],
  ])(
    "webgpu: an invalid dispatch (%s) throws an error that names the kernel",
    async (failure, alone, error) => {
      const stock = await outcomeOf("webgpu", failure, true);
      expect(stock["read"]).toContain(alone);
      const { read, ...others } = await outcomeOf("webgpu", failure);
      expect(read).toMatch(/^DispatchError /);
      expect(read).toMatch(error);
      expect(others).toEqual(right); // the backend goes on
    },
    180_000,
  );

  test.each([
    [
      "glsl",
      "Error: Failed to compile fragment shader.",
      /\[Broken\]: webgl: the kernel Broken did not run: Failed to compile fragment shader\. Update/,
    ],
    [
      "draw",
      "values 1, 2, 3, 4",
      /\[Broken\]: webgl: the kernel Broken did not run, so its results are invalid: INVALID_ENUM\. Use another backend/,
    ],
  ])(
    "webgl: an invalid draw (%s) throws an error that names the kernel",
    async (failure, alone, error) => {
      const stock = await outcomeOf("webgl", failure, true);
      expect(stock["read"]).toBe(alone);
      const { read, ...others } = await outcomeOf("webgl", failure);
      expect(read).toMatch(/^DispatchError /);
      expect(read).toMatch(error);
      expect(others).toEqual(right);
    },
    180_000,
  );

  test.each([
    ["webgpu", /^AbortError: .*The Device was lost/, "the GPU device was lost (destroyed: Device was destroyed.)"],
    ["webgl", /^waits forever/, "the GPU's context was lost"],
  ] as const)(
    "%s: a lost GPU throws, and useBackend starts it again",
    async (name, alone, what) => {
      const stock = await outcomeOf(name, "lost", true);
      expect(stock["read"]).toMatch(alone);
      expect(stock["renewed"]).toMatch(alone);
      const error = `DispatchError [Add] lost: ${name}: ${what}, and every tensor on it. Kernels since the last read: Add. Call useBackend("${name}") again`;
      const outcome = await outcomeOf(name, "lost");
      expect(outcome["read"]).toContain(error);
      expect(outcome["again"]).toContain(error);
      expect(outcome["renewed"]).toBe("values 2, 3, 4, 5");
    },
    180_000,
  );
});

describe.skipIf(!chromium)("the engine in Chromium (skipped without it: apt-get install chromium)", () => {
  let site: ChromiumSite;
  let outcome: EngineOutcome;

  beforeAll(async () => {
    site = await serveInChromium(fileURLToPath(new URL("./__fixtures__/engine-page.ts", import.meta.url)));
    const page = await site.open();
    await page.waitForFunction(() => typeof window.changeEngines === "function");
    outcome = await page.evaluate(() => window.changeEngines());
  }, 180_000);
  afterAll(() => site?.close());

  test("moves tensors to the device that uses them, or says that only the GPU has the values", () => {
    expect(outcome).toMatchObject({
      "large to the GPU": "4, 4, 4",
      "small to the GPU": "2, 4, 6",
      "uploaded from the GPU": "8, 10, 12",
      "read from the GPU": "4, 4, 4",
    });
    expect(outcome["computed on the GPU"]).toMatch(/only the GPU of the backend .* Make tensors .* after useBackend/);
  });

  test("starts one module for each device, on one GPU device", () => {
    expect(outcome).toMatchObject({ devices: 1, modules: 2 });
  });

  test("is started again on a new device by useBackend when the GPU is lost", () => {
    expect(outcome["lost"]).toMatch(/the GPU device was lost \(destroyed\).*select the backend again/);
    expect(outcome["renewed"]).toBe("3, 6, 9");
  });

  test("is replaced by TensorFlow.js's own backend if a file is missing", () => {
    expect(outcome["without a file"]).toMatch(
      /did not start, .* from http:.*\/part\/: .*Serve .*ort-wasm-simd-threaded\.asyncify\.wasm/s,
    );
    expect(outcome["TensorFlow.js's own"]).toBe("4, 8, 12");
  });
});
