import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { quantizeVariable } from "./compile/index.ts";
import { registerOnnxRuntime, type OnnxRuntimeBackend, type OnnxRuntimeOptions } from "./index.ts";
import type { Data } from "./record/data.ts";

async function start(options: OnnxRuntimeOptions = {}): Promise<OnnxRuntimeBackend> {
  registerOnnxRuntime(options);
  await tf.setBackend("onnxruntime");
  return tf.backend() as OnnxRuntimeBackend;
}

describe("the backend", () => {
  let backend: OnnxRuntimeBackend;

  beforeEach(async () => {
    backend = await start();
  });

  afterAll(() => registerOnnxRuntime());

  it("runs nothing until a tensor is read, then all live tensors in one graph", () => {
    const x = tf.tensor1d([1, 2, 3]);
    const y = tf.exp(x);
    const z = tf.sum(tf.square(x));
    tf.dispose(tf.log(x)); // never read
    expect(backend.stats().runs).toBe(0);
    expect(z.dataSync()[0]).toBe(14);
    expect(backend.stats()).toMatchObject({ runs: 1, nodes: 3, compiles: 1, hits: 0 });
    expect(y.dataSync()).toBeAllClose([Math.E, Math.E ** 2, Math.E ** 3]);
    expect(backend.stats().runs).toBe(1);
  });

  it("compiles a structure once, whatever the values, and again for another shape", () => {
    for (const rate of [0.1, 0.2, 0.3, 1, 0])
      expect(tf.mul(tf.tensor1d([10, 20]), rate).dataSync()[1]).toBeCloseTo(20 * rate);
    expect(backend.stats()).toMatchObject({ runs: 5, compiles: 1, hits: 4 });
    expect(tf.mul(tf.tensor1d([1, 2, 3]), 2).dataSync()[2]).toBe(6);
    expect(backend.stats().compiles).toBe(2);
  });

  it("distinguishes graphs that differ only in the order of inputs, or in the outputs", () => {
    const [a, b] = [tf.tensor1d([5]), tf.tensor1d([3])];
    expect(tf.tidy(() => tf.sub(a, b).dataSync()[0])).toBe(2);
    expect(tf.tidy(() => tf.sub(a, a).dataSync()[0])).toBe(0);
    const kept = tf.neg(a);
    expect(tf.exp(kept).dataSync()[0]).toBeCloseTo(Math.exp(-5));
    expect(kept.dataSync()[0]).toBe(-5);
    expect(tf.tidy(() => tf.exp(tf.neg(a))).dataSync()[0]).toBeCloseTo(Math.exp(-5));
    expect(backend.stats().compiles).toBe(4);
  });

  it("reads what was uploaded, and its reshapes, without a run", () => {
    expect(tf.reshape(tf.tensor1d([1, 2, 3, 4]), [2, 2]).arraySync()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(backend.stats().runs).toBe(0);
  });

  it("accepts arrays of shared memory, and bytes as booleans", () => {
    const shared = new Float32Array(new SharedArrayBuffer(8)).fill(3);
    expect(Array.from(tf.square(tf.tensor1d(shared)).dataSync())).toEqual([9, 9]);
    expect(Array.from(tf.logicalNot(tf.tensor1d(Buffer.from([0, 1]), "bool")).dataSync())).toEqual([1, 0]);
  });

  it("does not reuse the memory of arrays it has returned", () => {
    const ones = tf.add(tf.zeros([4096]), tf.scalar(1));
    const read = ones.dataSync();
    ones.dispose();
    const twos = tf.add(tf.zeros([4096]), tf.scalar(2));
    expect(twos.dataSync()[0]).toBe(2);
    expect(read[0]).toBe(1);
  });

  it("reuses the memory of disposed tensors, but not while a pending kernel reads it", () => {
    const make = (value: number): tf.Tensor => tf.add(tf.fill([4096], 0), tf.scalar(value));
    const first = make(1);
    const total = tf.tidy(() => tf.sum(first)); // runs nothing yet
    expect(tf.sum(make(5)).dataSync()[0]).toBe(5 * 4096); // `first` has memory now
    const waiting = tf.neg(first);
    first.dispose();
    const second = make(2);
    expect(second.dataSync()[0]).toBe(2);
    expect(waiting.dataSync()[0]).toBe(-1);
    expect(total.dataSync()[0]).toBe(4096);
  });

  it("moves tensors to and from other backends", async () => {
    const x = tf.exp(tf.tensor1d([0, 1]));
    await tf.setBackend("cpu");
    const y = tf.add(x, 1);
    await tf.setBackend("onnxruntime");
    expect(tf.mul(tf.neg(x), y).dataSync()).toBeAllClose([-2, -Math.E * (Math.E + 1)]);
    const count = tf.memory().numTensors;
    x.dispose();
    expect(tf.memory().numTensors).toBe(count - 1);
    expect(() => x.dataSync()).toThrow(/disposed/);
  });

  it("assigns variables and frees their old values", () => {
    const before = tf.engine().backend.numDataIds();
    const v = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    for (let i = 0; i < 3; i++) tf.tidy(() => v.assign(tf.add(v, 1)));
    expect(Array.from(v.dataSync())).toEqual([4, 5]);
    v.dispose();
    expect(tf.engine().backend.numDataIds()).toBe(before);
  });

  it("works after a kernel fails", () => {
    expect(() => tf.gather(tf.tensor1d([1, 2]), tf.tensor1d([7], "int32"))).toThrow(/index value 7 is not in \[0, 1\]/);
    const computed = tf.add(tf.tensor1d([3], "int32"), tf.tensor1d([4], "int32"));
    const bad = tf.gather(tf.tensor1d([1, 2]), computed);
    expect(() => bad.dataSync()).toThrow(/Gather/);
    bad.dispose();
    expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  });

  it("measures kernels by running them", async () => {
    const { kernelMs } = (await tf.time(() => tf.matMul(tf.ones([64, 64]), tf.ones([64, 64])))) as { kernelMs: number };
    expect(kernelMs).toBeGreaterThan(0);
  });
});

describe("a tensor of a backend that another one has replaced", () => {
  afterAll(() => registerOnnxRuntime());

  it("is moved when it is used, so that it can be disposed before the results are read", async () => {
    const former = await start();
    const x = tf.tensor1d([1, 2, 3]);
    const large = tf.tidy(() => tf.mul(tf.ones([5000]), 5));
    const [words, complex] = [tf.tensor1d(["a"]), tf.complex([1], [2])];
    const kernel = tf.variable(tf.tensor2d([254, 2], [1, 2]));
    quantizeVariable(kernel, 0);
    await start();
    const results = [tf.mul(x, 2), tf.add(large, 1), tf.real(complex), tf.mul(kernel, 2)];
    expect(former.numDataIds()).toBe(1); // the words
    tf.dispose([x, large, complex, kernel]);
    tf.dispose(Array.from({ length: 5 }, () => tf.add(tf.ones([5000]), 7)));
    const [doubled, sixes, real, rounded] = results.map((result) => Array.from(result.dataSync()));
    expect(doubled).toEqual([2, 4, 6]);
    expect(sixes!.every((value) => value === 6)).toBe(true);
    expect(real).toEqual([1]);
    expect(rounded).toEqual([508, 4]);
    expect(tf.concat([words, words]).dataSync()).toEqual(["a", "a"]);
    tf.dispose([...results, words]);
    expect(former.numDataIds()).toBe(0);
  });

  it("keeps its bytes if it is a quantized variable", async () => {
    await start();
    const kernel = tf.variable(tf.tensor2d([254, 2], [1, 2]));
    quantizeVariable(kernel, 0);
    const backend = await start();
    expect(Array.from(tf.mul(kernel, 2).dataSync())).toEqual([508, 4]);
    expect((backend.dataOf(kernel.dataId) as Data).quantized?.bytes.storage?.values).toEqual(Uint8Array.of(255, 129));
    kernel.dispose();
  });
});

describe("its limits", () => {
  afterAll(() => registerOnnxRuntime());

  it("runs by itself when too many kernels are pending", async () => {
    const backend = await start({ maxPendingNodes: 10 });
    let x: tf.Tensor = tf.scalar(0);
    for (let i = 0; i < 35; i++) x = tf.tidy(() => tf.add(x, tf.scalar(1)));
    expect(backend.stats().runs).toBe(3);
    expect(x.dataSync()[0]).toBe(35);
  });

  it("runs by itself when pending kernels hold too much freed memory", async () => {
    const backend = await start({ maxRetiredBytes: 100_000 });
    const sums = Array.from({ length: 20 }, () => tf.tidy(() => tf.sum(tf.tensor1d(new Float32Array(5000).fill(1)))));
    expect(backend.stats().runs).toBeGreaterThan(1);
    expect(sums.map((sum) => sum.dataSync()[0])).toEqual(new Array(20).fill(5000));
  });

  it("keeps at most the given number of compiled graphs, and drops the least recently used first", async () => {
    const backend = await start({ cachedGraphs: 2 });
    const run = (size: number): number => tf.tidy(() => tf.sum(tf.square(tf.ones([size]))).dataSync()[0]!);
    for (const size of [3, 4, 3, 5, 3, 4]) expect(run(size)).toBe(size);
    expect(backend.stats()).toMatchObject({ compiles: 4, hits: 2, cachedGraphs: 2 });
  });

  it("keeps at least the graph in use if none fits", async () => {
    const backend = await start({ cachedBytes: 1 });
    for (let i = 0; i < 3; i++) expect(tf.tidy(() => tf.sum(tf.square(tf.ones([7]))).dataSync()[0])).toBe(7);
    expect(backend.stats()).toMatchObject({ compiles: 1, cachedGraphs: 1 });
  });

  it("names an invalid option", () => {
    expect(() => registerOnnxRuntime({ threads: 0 })).toThrow(/threads must be a whole number of at least 1, got 0/);
    expect(() => registerOnnxRuntime({ thread: 2 } as object)).toThrow(
      /no option is called thread\. Did you mean threads\? Use threads, /,
    );
    expect(() => registerOnnxRuntime({ spinMicroseconds: -1 })).toThrow(/spinMicroseconds must be .*, got -1/);
  });
});
