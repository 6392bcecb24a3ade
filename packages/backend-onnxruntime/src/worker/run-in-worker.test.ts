import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { backendName } from "../index.ts";
import { runInWorker, type ModuleInWorker, type RunInWorkerOptions } from "./index.ts";
import * as here from "./__fixtures__/model.ts";

// A thread needs JavaScript: the files that `tsup` would emit, with packages external.
const folder = mkdtempSync(fileURLToPath(new URL("../../node_modules/.worker-", import.meta.url)));
const createWorker: RunInWorkerOptions["createWorker"] = (workerData) =>
  new Worker(pathToFileURL(join(folder, "module-worker.js")), { workerData });
const start = (name = "model.js"): Promise<ModuleInWorker<typeof here>> =>
  runInWorker<typeof here>(pathToFileURL(join(folder, name)), { threads: 1, createWorker });

beforeAll(async () => {
  const { build } = createRequire(createRequire(import.meta.url).resolve("tsup"))("esbuild") as {
    build(options: object): Promise<unknown>;
  };
  const entry = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  await build({
    entryPoints: { "module-worker": entry("module-worker.ts"), model: entry("__fixtures__/model.ts") },
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    outdir: folder,
    packages: "external",
    alias: { "@bertkit/checks": fileURLToPath(new URL("../../../../tooling/checks/src/index.ts", import.meta.url)) },
  });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const failing =
    'throw Object.assign(new TypeError("not today"), { [Symbol.for("bertkit/run-in-worker.test")]: true });';
  writeFileSync(join(folder, "not-a-module.js"), failing);
});
beforeEach(async () => void (await tf.setBackend(backendName)));
afterAll(() => rmSync(folder, { recursive: true }));

describe("runInWorker", () => {
  it("does not block this thread's timers during a long run", async () => {
    const { functions, close } = await start();
    expect(Object.keys(functions).toSorted()).toEqual([
      "broken",
      "brokenGpu",
      "echo",
      "endedSums",
      "ends",
      "fit",
      "keeps",
      "notAGenerator",
      "products",
      "sums",
      "unsendable",
    ]);
    const x = tf.randomNormal([768, 768], 0, 0.05, "float32", 1) as tf.Tensor2D;
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const there = await functions.products(x, 20);
    expect(ticks).toBeGreaterThan(3);
    ticks = 0;
    const last = here.products(x, 20).last.dataSync();
    expect(ticks).toBe(0); // the graph blocks the thread that it runs in
    clearInterval(timer);
    expect(there.name).toBe("20 products");
    expect(there.last.shape).toEqual([768, 768]);
    expect(there.last.dataSync()).toBeAllClose(last, { absolute: 1e-4 });
    expect(x.isDisposed).toBe(false);
    await close();
  });

  it("passes tensors of every dtype both ways, and leaks none", async () => {
    const { functions, close } = await start();
    const given = [
      tf.tensor2d([[1.5, -2]]),
      tf.tensor1d([2 ** 31 - 1, -7], "int32"),
      tf.tensor1d([true, false], "bool"),
      tf.tensor2d([["añb", "c"]]),
      tf.complex([1, 2], [3, 4]),
      tf.zeros([0, 3]),
    ];
    const [back, before] = await functions.echo(...given);
    for (const [i, tensor] of back.entries()) {
      expect(tensor).toMatchObject({ shape: given[i]!.shape, dtype: given[i]!.dtype });
      expect(await tensor.data()).toEqual(await given[i]!.data());
    }
    const numTensors = tf.memory().numTensors;
    const [again, after] = await functions.echo(...given);
    expect(after).toBe(before);
    expect(tf.memory().numTensors - numTensors).toBe(again.length);
    await close();
  });

  it("transfers memory only if the thread does not keep it", async () => {
    const { functions, close } = await start();
    for (let call = 1; call <= 3; call++) {
      const [kept, given] = await functions.keeps();
      expect(kept.dataSync()).toEqual(new Float32Array(4).fill(call));
      expect(given.dataSync()).toEqual(new Float32Array(4).fill(call + 0.5));
    }
    await close();
  });

  it("trains in the thread, call after call", async () => {
    const { functions, close } = await start();
    const x = tf.tensor2d([[0, 0], [0, 1], [1, 0], [1, 1]]); // prettier-ignore
    const y = tf.sum(x, 1, true) as tf.Tensor2D;
    const both = await Promise.all([functions.fit(x, y, 50), functions.fit(x, y, 50)]);
    expect(both[0]![1]).toBeLessThan(both[0]![0]! / 5);
    expect(both[1]![0]).toBeLessThan(both[0]![0]! / 5);
    await close();
  });

  it("runs an async generator step by step, to its end, its error or a break", async () => {
    const { functions, close } = await start();
    const x = tf.scalar(10);
    const numbers: number[] = [];
    const all = functions.sums(x, 3);
    for (;;) {
      const { value, done } = await all.next();
      if (done) {
        expect(value).toBe("3 sums");
        break;
      }
      numbers.push(value.dataSync()[0]!);
      expect((await functions.echo(tf.scalar(1)))[0][0]!.dataSync()[0]).toBe(1); // between two steps
    }
    expect(numbers).toEqual([11, 12, 13]);
    const failing = functions.sums(x, 3, 2);
    expect((await failing.next()).done).toBe(false);
    await expect(failing.next()).rejects.toThrow(new RangeError("no step 2"));
    for await (const sum of functions.sums(x, 1000)) if ((sum as tf.Scalar).dataSync()[0] === 12) break;
    expect(await functions.endedSums()).toBe(3);
    const [, before] = await functions.echo(x);
    for await (const _ of functions.sums(x, 2)); // disposes its arguments when it ends
    const [, after] = await functions.echo(x);
    expect(after).toBe(before);
    await expect((functions.notAGenerator as unknown as (x: tf.Tensor) => Promise<unknown>)(x)).rejects.toThrow(
      "notAGenerator returns an async iterable. Write it as an async function*",
    );
    await close();
  });

  it("passes errors, rejects values that cannot be sent, and reports when the thread has ended", async () => {
    const { functions, close } = await start();
    await expect(functions.broken()).rejects.toThrow(new RangeError("broken on purpose"));
    const lost = await functions.brokenGpu().catch((error: unknown) => error);
    expect(lost).toMatchObject({ name: "OwnError", message: "lost", lost: true, [here.marker]: true });
    expect((lost as Error).cause).toEqual(new TypeError("inner"));
    await expect(functions.unsendable()).rejects.toThrow(/what unsendable returns cannot be sent/);
    await expect(functions.products((() => 0) as never, 1)).rejects.toThrow(/argument of products cannot be sent/);
    expect((await functions.echo(tf.scalar(4)))[0][0]!.dataSync()[0]).toBe(4);
    await expect(functions.ends()).rejects.toThrow(/the thread of .*model\.js has ended: exit code 3/);
    await expect(functions.broken()).rejects.toThrow(/has ended/);
    await close();
    const failed = await start("not-a-module.js").catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(TypeError);
    expect(failed).toMatchObject({ message: "not today", [here.marker]: true });
  });
});
