// The patches of webgpu and webgl in a real browser, each also without: a test that passes without its patch has no point.
import { fileURLToPath } from "node:url";
import { chromium } from "@bertkit/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ChromiumSite, serveInChromium } from "../__fixtures__/chromium-site.ts";

describe.skipIf(!chromium)("in Chromium (skipped without it: apt-get install chromium)", () => {
  let site: ChromiumSite;
  const outcomes: Record<string, Record<string, string>> = {};
  const others = ["softmaxOfMinusInfinity", "cumsumFromTheEnd", "unique", "uniqueIndices"];
  let integers: string[];

  beforeAll(async () => {
    site = await serveInChromium(fileURLToPath(new URL("./__fixtures__/gpu-patches-page.ts", import.meta.url)));
    for (const [name, stock] of [
      ["cpu", true],
      ["webgpu", true],
      ["webgpu", false],
      ["webgl", true],
      ["webgl", false],
    ] as const) {
      const page = await site.open();
      await page.waitForFunction(() => typeof window.evaluatePatches === "function");
      const key = `${name} ${stock ? "as it is" : "patched"}`;
      outcomes[key] = await page.evaluate(([...given]) => window.evaluatePatches(...given), [name, stock] as const);
      await page.close();
    }
    integers = Object.keys(outcomes["cpu as it is"]!).filter((key) => !others.includes(key));
  }, 300_000);
  afterAll(() => site?.close());

  test("webgpu computes integers beyond 2^24 exactly", () => {
    const [right, stock, patched] = ["cpu as it is", "webgpu as it is", "webgpu patched"].map((key) => outcomes[key]!);
    const segments = { segmentSum: "int32 50331652, -16777219" }; // plain JavaScript computes these in float32
    const sums = { add: "int32 16777220, -2, 2, -2147483648, 16777224, -5, 2, -2147483642" };
    for (const key of integers) {
      expect([key, patched![key]]).toEqual([key, { ...right, ...segments, ...sums }[key]]);
      expect([key, stock![key]]).not.toEqual([key, right![key]]);
    }
  });

  test("webgl rejects integers beyond 2^24, which it would round", () => {
    const [right, stock, patched] = ["cpu as it is", "webgl as it is", "webgl patched"].map((key) => outcomes[key]!);
    for (const key of integers) {
      if (key === "topk") expect(patched![key]).toBe(right![key]); // computed on the CPU
      else
        expect([key, patched![key]]).toEqual([
          key,
          expect.stringMatching(
            /^RangeError: webgl: int32 tensors are exact up to 16777216 there, (got|the result is about) -?\d+\. Use smaller numbers/,
          ),
        ]);
      expect(stock![key]).not.toMatch(/Error/);
    }
  });

  test.each([
    ["webgl", "softmaxOfMinusInfinity", "float32 1, 1, 0.5, 0.5"],
    ["webgpu", "cumsumFromTheEnd", "float32 5, 3, 4, 5, 6, 0"],
    ["webgpu", "unique", "Error: Kernel 'Unique' not registered for backend 'webgpu'"],
    ["webgpu", "uniqueIndices", "Error: Kernel 'Unique' not registered for backend 'webgpu'"],
  ])("%s: %s is the CPU's", (name, key, alone) => {
    expect(outcomes[`${name} as it is`]![key]).toBe(alone);
    expect(outcomes[`${name} patched`]![key]).toBe(outcomes["cpu as it is"]![key]);
  });
});
