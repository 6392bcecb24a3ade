// All cases of ./cases on every available backend, compared with a reference in double precision whose gradients are
// checked by finite differences.
import { chromium, softwareVulkan } from "@bertkit/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { cases } from "./cases/index.ts";
import { openParityPage, type ParityPage } from "./chromium-page.ts";
import type { Outcome } from "./evaluate-all.ts";
import type { Reference } from "./finite-differences.ts";
import { huggingFaceCases } from "./hugging-face/hugging-face-case.ts";
import { runInNode, runReference } from "./run-in-processes.ts";

const names = cases.map(({ name }) => name);
const minutes = 60_000;
let references: Map<string, Reference>;
let page: Promise<ParityPage> | undefined;

beforeAll(async () => {
  references = new Map((await runReference()).map((reference) => [reference.name, reference]));
}, 10 * minutes);
afterAll(async () => (await page)?.close());

describe("the reference, in double precision", () => {
  test.each(names)("%s: gradients equal finite differences", (name) => {
    const { derivatives } = references.get(name)!;
    const measured = derivatives.map((derivative) => derivative.measured);
    // TensorFlow.js approximates erf by a polynomial with an error of 1.5e-7, and of about 1e-6 in its derivative.
    expect(derivatives.map(({ stated }) => stated)).toBeAllClose(measured, { absolute: 5e-6, relative: 5e-6 });
  });

  test("covers every variable of every case", () => {
    for (const { derivatives, gradients } of references.values()) {
      expect(new Set(derivatives.map(({ variable }) => variable))).toEqual(new Set(Object.keys(gradients)));
    }
  });
});

/**
 * The cases on WebGPU in Chromium, where compiling the shaders of all takes minutes on a software adapter;
 * BERTKIT_PARITY=all runs all. TensorFlow.js's own kernels run all cases on WebGPU in Node.
 */
const onWebgpuInChromium =
  process.env["BERTKIT_PARITY"] === "all"
    ? undefined
    : [
        "ops/attention with dropout",
        "ops/linearCrossEntropy",
        "encoder/createBert",
        "training/adamW",
        "training/adamW without clipping",
        "heads/SequenceClassifier, single-label",
      ];

const openedPage = (): Promise<ParityPage> => (page ??= openParityPage());

describe.skipIf(chromium === undefined)("useBackend in Chromium", () => {
  test("auto selects the engine's wasm if the CPU emulates the only GPU, and gives the reason", async () => {
    const { reason, ...inUse } = await (await openedPage()).useBackend("auto", { enginePath: "/ort/" });
    expect(inUse).toMatchObject({ name: "wasm", engine: "onnxruntime" });
    expect(reason).toMatch(/"webgpu" comes later: its adapter, .*swiftshader.*, is the CPU\. "webgl" comes later:/i);
  }, 60_000);

  test.each([
    ["webgpu", { enginePath: "/ort/", engine: "onnxruntime" }, "onnxruntime", /whole graphs on WebGPU/],
    ["webgpu", { enginePath: "/ort/" }, "onnxruntime", /whole graphs on WebGPU/],
    ["webgpu", { enginePath: "/nowhere/" }, "tfjs", /The engine did not start.*Serve ort\.webgpu\.min\.mjs/s],
    ["webgpu", {}, "tfjs", /enginePath is not set/],
    ["webgpu", { enginePath: "/ort/", engine: "tfjs" }, "tfjs", /engine selects TensorFlow\.js's own/],
  ] as const)(
    "%s with %j runs on %s",
    async (name, options, engine, why) => {
      const inUse = await (await openedPage()).useBackend(name, options);
      expect(inUse).toMatchObject({ name, engine });
      expect(inUse.reason).toMatch(why);
    },
    60_000,
  );

  test("float16 needs the engine, and an adapter with it", async () => {
    const used = (await openedPage()).useBackend;
    const [precision, enginePath] = ["float16", "/ort/"] as const;
    await expect(used("webgpu", { precision, enginePath })).rejects.toThrow(
      /the GPU adapter "google swiftshader.*" has no feature shader-f16, which precision "float16" needs\. Leave precision out/,
    );
    await expect(used("webgpu", { precision, enginePath, engine: "tfjs" })).rejects.toThrow(
      /precision "float16" needs the engine\..*Pass enginePath in a page, or leave precision out/,
    );
    const options = { precision, enginePath } as const;
    const { name, unavailable } = await used("auto", options);
    expect(name).toBe("wasm");
    expect(Object.keys(unavailable)).not.toContain("webgpu"); // "wasm" comes before an emulated GPU
  }, 60_000);

  test("names the files to serve if those of WebGPU are missing", async () => {
    const options = { enginePath: "/nowhere/", engine: "onnxruntime" } as const;
    await expect((await openedPage()).useBackend("webgpu", options)).rejects.toThrow(
      /webgpu cannot run here.*Serve ort\.webgpu\.min\.mjs, ort-wasm-simd-threaded\.asyncify\.mjs/s,
    );
  }, 60_000);
});

describe.each([
  { where: "cpu", tolerance: 1e-4, outputs: 1e-5, slopes: 1e-4, run: () => runInNode("cpu"), absent: false },
  {
    where: "node (ONNX Runtime)",
    tolerance: 1e-4,
    outputs: 1e-5,
    slopes: 1e-4,
    run: () => runInNode("node"),
    absent: false,
  },
  // Accumulates long products in float32: the gradient of a key's bias is 1.1e-6 instead of 0.
  { where: "wasm", tolerance: 1e-4, outputs: 1e-5, slopes: 2e-4, run: () => runInNode("wasm"), absent: false },
  {
    where: "engine on wasm (Chromium)",
    tolerance: 1e-4,
    outputs: 1e-5,
    slopes: 2e-4,
    run: async () => (await openedPage()).evaluateOn("engine-wasm"),
    absent: chromium === undefined,
  },
  {
    where: "engine on webgpu (Chromium)",
    tolerance: 1e-4,
    outputs: 1e-5,
    slopes: 2e-4,
    run: async () => (await openedPage()).evaluateOn("engine-webgpu", onWebgpuInChromium),
    absent: chromium === undefined,
    wanted: onWebgpuInChromium,
  },
  {
    where: "webgpu (Dawn in Node)",
    tolerance: 1e-3,
    outputs: 1e-3,
    slopes: 1e-3,
    run: () => runInNode("webgpu"),
    absent: softwareVulkan === undefined,
  },
  {
    where: "webgl (Chromium)",
    tolerance: 1e-3,
    outputs: 1e-3,
    slopes: 1e-3,
    run: async () => (await openedPage()).evaluateOn("webgl"),
    absent: chromium === undefined,
  },
  {
    where: "webgpu (Chromium)",
    tolerance: 1e-3,
    outputs: 1e-3,
    slopes: 1e-3,
    run: async () => (await openedPage()).evaluateOn("webgpu", onWebgpuInChromium),
    absent: chromium === undefined,
    wanted: onWebgpuInChromium,
  },
])("$where", ({ tolerance, outputs, slopes, run, absent, wanted }) => {
  describe.skipIf(absent)(`equals the reference${absent ? " (skipped: apt-get install chromium)" : ""}`, () => {
    let outcomes: Map<string, Outcome>;
    beforeAll(async () => {
      outcomes = new Map((await run()).map((outcome) => [outcome.name, outcome]));
    }, 10 * minutes);

    test.each(wanted ?? names)("%s", (name) => {
      const outcome = outcomes.get(name)!;
      if ("error" in outcome) throw new Error(outcome.error);
      const reference = references.get(name)!;
      for (const part of ["outputs", "gradients"] as const) {
        expect(Object.keys(outcome[part])).toEqual(Object.keys(reference[part]));
        for (const [key, expected] of Object.entries(reference[part])) {
          expect(outcome[part][key], `${part}: ${key}`).toBeAllClose(expected, {
            absolute: tolerance,
            relative: tolerance,
          });
        }
      }
      expect(outcome.leaked, "tensors left over").toBe(0);
    });

    test.each(wanted === undefined ? huggingFaceCases : [])("$name", ({ name, expected }) => {
      const outcome = outcomes.get(name)!;
      if ("error" in outcome) throw new Error(outcome.error);
      expect(new Set(Object.keys(outcome.outputs))).toEqual(new Set(Object.keys(expected.outputs)));
      for (const [key, values] of Object.entries(expected.outputs)) {
        expect(outcome.outputs[key], `outputs: ${key}`).toBeAllClose(values, { absolute: outputs, relative: outputs });
      }
      // Relative to the largest derivative of each parameter; those of a key's bias are zero except for rounding.
      expect(new Set(Object.keys(outcome.gradients))).toEqual(new Set(Object.keys(expected.gradients)));
      for (const [key, values] of Object.entries(expected.gradients)) {
        const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const absolute = slopes * Math.max(largest, 1e-2);
        expect(outcome.gradients[key], `gradients: ${key}`).toBeAllClose(values, { absolute, relative: 0 });
      }
      expect(outcome.leaked, "tensors left over").toBe(0);
    });
  });
});
