// The short form of `npm run consumers`: the packed packages in Node and in a page, from a registry.
import { join } from "node:path";
import { chromium } from "@bertkit/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPage, pageBundlers, writePage } from "./pages.ts";
import { runInNode, writePrograms, type RanInNode } from "./programs-of-node.ts";
import { npmRegistry, openWorkshop, type Consumer, type Workshop } from "./workshop.ts";

const reachable = await fetch(await npmRegistry(), { signal: AbortSignal.timeout(10_000) }).then(
  () => true,
  () => false,
);

describe.skipIf(!reachable)("installed from tarballs (skipped where npm's registry is not reached)", () => {
  let workshop: Workshop;
  let consumer: Consumer;
  let reference: RanInNode;

  beforeAll(async () => {
    workshop = await openWorkshop();
    const packages = "bertkit @bertkit/backend-onnxruntime @tensorflow/tfjs-backend-webgpu esbuild webpack@5.99.9";
    consumer = await workshop.install("short", `npm install ${packages} --ignore-scripts`);
    await Promise.all([writePrograms(consumer), writePage(consumer)]);
    reference = await runInNode(consumer, "esm/node-main.js");
  }, 600_000);
  afterAll(() => workshop?.close());

  test("Node, import: on the native backend", () => {
    expect(reference).toMatchObject({ backend: "node", files: ["model.onnx"] });
  });

  test("Node, require", { timeout: 60_000 }, async () => {
    expect(await runInNode(consumer, "cjs/node-main.cjs", { reference })).toMatchObject({ backend: "node" });
  });

  test("import and require of TensorFlow.js give the one with the backend and the gradients", async () => {
    consumer.write({ "esm/one-instance.js": oneInstance });
    expect(JSON.parse(await consumer.run("node", "esm/one-instance.js"))).toEqual([true, true, "onnxruntime", 6]);
  });

  describe.skipIf(!chromium)("in Chromium (skipped without it: apt-get install chromium)", () => {
    test.each(["esbuild", "webpack"] as const)("a page built by %s", { timeout: 180_000 }, async (bundler) => {
      await pageBundlers[bundler](consumer);
      expect(await openPage(join(consumer.path, `${bundler}-page`), reference)).toBeGreaterThan(0);
    });
  });
});

const oneInstance = `
import { createRequire } from "node:module";
import { useBackend } from "@bertkit/backend";
import { layerNorm } from "@bertkit/ops";
import * as imported from "@tensorflow/tfjs-core";
await useBackend("node");
const required = createRequire(import.meta.url)("@tensorflow/tfjs-core");
const same = imported.Tensor === required.Tensor && imported.engine === required.engine;
const norm = layerNorm(imported.tensor2d([[1, 2]]), imported.ones([2]), imported.zeros([2]), 1e-12);
const slope = required.grad((x) => imported.square(x))(required.scalar(3)).dataSync()[0];
console.log(JSON.stringify([same, norm instanceof required.Tensor, required.getBackend(), slope]));
`;
