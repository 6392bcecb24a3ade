import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeEach, expect, it } from "vitest";
import { registerOnnxRuntime, type OnnxRuntimeBackend } from "../index.ts";

let backend: OnnxRuntimeBackend;
beforeEach(async () => {
  registerOnnxRuntime({ cachedBytes: 80 * 2 ** 20 });
  await tf.setBackend("onnxruntime");
  backend = tf.backend() as OnnxRuntimeBackend;
});
afterAll(() => registerOnnxRuntime());

/** A graph with two matrices of 2048 × `columns` in memory at one time and one number as its result. */
function largeGraph(columns: number): number {
  const largest = tf.tidy(() => {
    const x = tf.add(tf.fill([2048, 1], 0.25), tf.fill([1, columns], 0.25));
    return tf.max(tf.exp(tf.sin(tf.cos(x))));
  });
  const [value] = largest.dataSync();
  largest.dispose();
  return value!;
}

const expected = Math.exp(Math.sin(Math.cos(0.5)));

it("compiles two large graphs again without kept memory, and only once each", () => {
  largeGraph(4000);
  expect(backend.stats()).toMatchObject({ compiles: 1, rearranged: 0 });
  for (let round = 0; round < 4; round++) {
    expect(largeGraph(4004)).toBeCloseTo(expected, 4);
    expect(largeGraph(4000)).toBeCloseTo(expected, 4);
  }
  expect(backend.stats()).toMatchObject({ compiles: 2, rearranged: 1 });
});

it("lets a graph that runs alone keep its memory again", () => {
  largeGraph(4000);
  largeGraph(4004);
  for (let run = 0; run < 40; run++) expect(largeGraph(4000)).toBeCloseTo(expected, 4);
  expect(backend.stats()).toMatchObject({ compiles: 2, rearranged: 2 });
});

it("lets graphs keep their memory while it fits, and takes it from the least recently used", () => {
  const [first, second, third] = [1050, 1054, 1058]; // 17 MB each, counted double
  for (let round = 0; round < 2; round++) for (const columns of [first, second, third]) largeGraph(columns);
  expect(backend.stats()).toMatchObject({ compiles: 3, rearranged: 0 });
  for (let run = 0; run < 40; run++) expect(largeGraph(third)).toBeCloseTo(expected, 4);
  expect(backend.stats()).toMatchObject({ rearranged: 1 });
  largeGraph(second);
  expect(backend.stats()).toMatchObject({ rearranged: 1 });
  expect(largeGraph(first)).toBeCloseTo(expected, 4);
  expect(backend.stats()).toMatchObject({ compiles: 3, rearranged: 2 });
});

it("always lets small graphs keep their memory", () => {
  for (let round = 0; round < 3; round++)
    for (const size of [10, 20, 30]) expect(tf.sum(tf.ones([size])).dataSync()[0]).toBe(size);
  expect(backend.stats()).toMatchObject({ compiles: 3, rearranged: 0 });
});

/**
 * Peak resident memory in bytes of a separate process that computes gradients over batches of this many sizes in turn.
 */
function peakOf(sizes: number): number {
  const program = fileURLToPath(new URL("../__fixtures__/alternate-shapes.ts", import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", program, String(sizes)], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return Number(stdout);
}

it("does not keep the peak memory of each of eight batch sizes in turn", { timeout: 120_000 }, () => {
  const [two, eight] = [peakOf(2), peakOf(8)];
  expect(two).toBeGreaterThan(100 * 2 ** 20);
  expect(eight).toBeLessThan(two * 2); // 3.3 times as much if each keeps its memory
});
