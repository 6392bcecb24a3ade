import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { backendName, registerOnnxRuntime, type OnnxRuntimeBackend } from "./index.ts";

/** Live tensors, their data, their bytes. */
function alive(): { numTensors: number; numDataBuffers: number; numBytes: number } {
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  return { numTensors, numDataBuffers, numBytes };
}

describe("memory is counted as on other backends", () => {
  beforeAll(() => tf.setBackend(backendName));

  it("tidy frees what it neither returns nor keeps", () => {
    const before = alive();
    let kept: tf.Tensor | undefined;
    const result = tf.tidy(() => {
      const x = tf.tensor1d([1, 2, 3]);
      kept = tf.keep(tf.square(x));
      return tf.sum(tf.exp(tf.neg(x)));
    });
    expect(alive()).toEqual({
      numTensors: before.numTensors + 2,
      numDataBuffers: before.numDataBuffers + 2,
      numBytes: before.numBytes + 16,
    });
    expect(result.dataSync()[0]).toBeCloseTo(Math.exp(-1) + Math.exp(-2) + Math.exp(-3), 6);
    expect(Array.from(kept!.dataSync())).toEqual([1, 4, 9]);
    tf.dispose([result, kept!]);
    expect(alive()).toEqual(before);
  });

  it("clones and reshapes share data, complex tensors own theirs", () => {
    const before = alive();
    const data = tf.engine().backend.numDataIds();
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const views = [tf.clone(x), tf.reshape(x, [4]), x.flatten()];
    expect(alive().numDataBuffers).toBe(before.numDataBuffers + 1);
    x.dispose();
    expect(Array.from(views[1]!.dataSync())).toEqual([1, 2, 3, 4]);
    tf.dispose(views);
    const z = tf.complex([1, 2], [3, 4]);
    const product = tf.tidy(() => tf.mul(z, z));
    z.dispose();
    expect(Array.from(product.dataSync())).toEqual([-8, 6, -12, 16]);
    product.dispose();
    expect(tf.engine().backend.numDataIds()).toBe(data);
  });

  it("variables survive tidy, are assigned in place, and are disposed by disposeVariables", () => {
    const before = alive();
    const v = tf.tidy(() => tf.variable(tf.tensor1d([1, 2]), true, "behavior/v"));
    expect(() => tf.variable(tf.tensor1d([1]), true, "behavior/v")).toThrow(/already registered/);
    tf.tidy(() => v.assign(tf.mul(v, 3)));
    expect(Array.from(v.dataSync())).toEqual([3, 6]);
    expect(() => v.assign(tf.tensor1d([1, 2, 3]))).toThrow(/shape/);
    tf.disposeVariables();
    expect(alive().numBytes - before.numBytes).toBe(4 + 12); // the tensors of the two rejected calls
  });

  it("profiles kernels, their shapes and their bytes", async () => {
    const x = tf.ones([3, 4]);
    const profile = await tf.profile(() => tf.sum(tf.square(x)));
    expect(profile.kernelNames.toSorted()).toEqual(["Square", "Sum"]);
    expect(profile).toMatchObject({ newTensors: 2, newBytes: 52 });
    expect(profile.peakBytes).toBeGreaterThanOrEqual(52);
    expect(profile.kernels.find(({ name }) => name === "Square")).toMatchObject({
      inputShapes: [[3, 4]],
      outputShapes: [[3, 4]],
    });
    expect((profile.result as tf.Tensor).dataSync()[0]).toBe(12);
  });

  it("yields to the event loop with nextFrame, with or without pending work", async () => {
    const x = tf.square(tf.tensor1d([3]));
    await tf.nextFrame();
    expect((await x.data())[0]).toBe(9);
  });
});

describe("debug mode", () => {
  afterEach(() => {
    tf.env().set("DEBUG", false);
    vi.restoreAllMocks();
  });

  it("runs kernels one by one, logs each, and warns of NaN", async () => {
    await tf.setBackend(backendName);
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    tf.env().set("DEBUG", true);
    const runs = (tf.backend() as OnnxRuntimeBackend).stats().runs;
    const y = tf.log(tf.sub(tf.tensor1d([1, 2]), tf.tensor1d([2, 1])));
    expect((tf.backend() as OnnxRuntimeBackend).stats().runs - runs).toBe(2);
    expect(Array.from(y.dataSync())).toEqual([NaN, 0]);
    await new Promise((resolve) => setTimeout(resolve, 20)); // tfjs reads and logs asynchronously
    expect(log.mock.calls.map(([line]) => String(line).replace(/%c/g, "").trim().split(/\s/)[0])).toContain("Log");
    expect(warn.mock.calls.flat().join()).toMatch(/NaN/);
  });
});

describe("switching backends", () => {
  const [first, second] = ["onnxruntime-1", "onnxruntime-2"];

  beforeAll(() => {
    for (const name of [first, second]) {
      tf.registerBackend(name, tf.findBackendFactory(backendName));
      for (const kernel of tf.getKernelsForBackend(backendName)) tf.registerKernel({ ...kernel, backendName: name });
    }
  });

  afterAll(async () => {
    await tf.setBackend(backendName);
    for (const name of [first, second]) {
      for (const { kernelName } of tf.getKernelsForBackend(name)) tf.unregisterKernel(kernelName, name);
      tf.removeBackend(name);
    }
  });

  it("reads and frees tensors of another backend of this kind", async () => {
    await tf.setBackend(first);
    const before = alive();
    const a = tf.square(tf.scalar(5));
    await tf.setBackend(second);
    const b = tf.scalar(3);
    expect(a.dataSync()[0]).toBe(25);
    expect(b.dataSync()[0]).toBe(3);
    await tf.setBackend(first);
    expect(b.dataSync()[0]).toBe(3);
    expect(tf.add(a, b).dataSync()[0]).toBe(28);
    await tf.setBackend(second);
    expect(tf.sub(a, b).dataSync()[0]).toBe(22);
    tf.dispose([a, b]);
    expect(alive().numBytes - before.numBytes).toBe(4 * 3); // 5, 28 and 22
  });

  it("moves tensors to the cpu backend and back, variables and strings included", async () => {
    await tf.setBackend(backendName);
    const v = tf.variable(tf.tensor1d([1, 2]));
    const words = tf.tensor1d(["a", "bc"]);
    const z = tf.complex([1, 2], [3, 4]);
    for (const name of ["cpu", backendName, "cpu", backendName]) {
      await tf.setBackend(name);
      tf.tidy(() => v.assign(tf.mul(v, 2)));
      if (name === backendName) expect(z.dataSync()).toBeAllClose([1, 3, 2, 4]); // the cpu backend cannot import it
      expect(words.dataSync()).toEqual(["a", "bc"]);
    }
    expect(Array.from(v.dataSync())).toEqual([16, 32]);
    tf.dispose([v, words, z]);
  });
});

describe("numbers", () => {
  const edges = [0, 1, -1, 2 ** 24 + 1, -(2 ** 24) - 1, 2 ** 31 - 1, -(2 ** 31), 2 ** 30 + 3, 123_456_789];
  const floats = [NaN, Infinity, -Infinity, 0, -0, 1e-40, 3.4e38, 3e9, -3e9, 2.5, -2.5, 1e20];
  const pairs = (values: number[]): [number[], number[]] => [
    values.flatMap((a) => values.map(() => a)),
    values.flatMap(() => values),
  ];

  async function sameAsCpu(build: () => tf.Tensor): Promise<void> {
    await tf.setBackend("cpu");
    const expected = tf.tidy(build).dataSync();
    await tf.setBackend(backendName);
    const received = tf.tidy(build).dataSync();
    // Adding 0 turns −0 into 0.
    expect(Array.from(received, (value) => value + 0)).toEqual(Array.from(expected, (value) => value + 0));
  }

  it.each(["add", "sub", "maximum", "minimum", "equal", "less", "greaterEqual"] as const)(
    "%s of int32 is exact over the whole range",
    (name) => {
      const [a, b] = pairs(edges);
      return sameAsCpu(() =>
        (tf[name] as (x: tf.Tensor, y: tf.Tensor) => tf.Tensor)(tf.tensor1d(a, "int32"), tf.tensor1d(b, "int32")),
      );
    },
  );

  it.each(["neg", "sum", "max", "min", "cumsum", "sign", "relu"] as const)(
    "%s of int32 is exact over the whole range",
    (name) => sameAsCpu(() => (tf[name] as (x: tf.Tensor) => tf.Tensor)(tf.tensor1d(edges, "int32"))),
  );

  it("abs and square of int32 are exact, where the cpu backend rounds to float32", async () => {
    await tf.setBackend(backendName);
    const values = edges.filter((value) => value !== -(2 ** 31)); // has no absolute value
    const x = tf.tensor1d(values, "int32");
    expect(Array.from(tf.abs(x).dataSync())).toEqual(values.map(Math.abs));
    expect(Array.from(tf.square(x).dataSync())).toEqual(values.map((value) => Math.imul(value, value)));
  });

  it("products of int32 wrap around as in JavaScript's Int32Array, exactly", async () => {
    await tf.setBackend(backendName);
    const [a, b] = pairs(edges);
    const product = tf.mul(tf.tensor1d(a, "int32"), tf.tensor1d(b, "int32")).dataSync();
    expect(Array.from(product)).toEqual(a.map((value, i) => Math.imul(value, b[i]!)));
  });

  it.each(["add", "sub", "mul", "div", "maximum", "minimum", "pow", "less", "equal", "notEqual"] as const)(
    "%s gives NaN and infinities where the cpu backend does",
    (name) => {
      const [a, b] = pairs(floats.filter((value) => Math.abs(value) !== 3.4e38));
      return sameAsCpu(() => (tf[name] as (x: tf.Tensor, y: tf.Tensor) => tf.Tensor)(tf.tensor1d(a), tf.tensor1d(b)));
    },
  );

  it.each(["int32", "bool"] as const)("casts any float to %s as JavaScript does", (dtype) =>
    sameAsCpu(() => tf.cast(tf.tensor1d(floats), dtype)),
  );

  it.each(["sum", "mean", "max", "min", "prod", "argMax", "argMin"] as const)(
    "%s of NaN and infinities",
    async (name) => {
      const op = tf[name] as (x: tf.Tensor, axis: number) => tf.Tensor;
      await sameAsCpu(() =>
        op(
          tf.tensor2d([
            [NaN, 1, 2],
            [Infinity, -Infinity, 0],
            [-Infinity, -Infinity, -Infinity],
            [Infinity, 1, 2],
          ]),
          1,
        ),
      );
    },
  );
});

/**
 * Bytes that the process has released, after garbage collection: V8 and ONNX Runtime's allocator both release memory
 * late.
 */
function freedSince(resident: number): () => number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  return () => {
    collect();
    return resident - process.memoryUsage.rss();
  };
}

describe("limits and disposal", () => {
  it("frees its compiled graphs and their memory when it is disposed", async () => {
    registerOnnxRuntime();
    await tf.setBackend(backendName);
    const backend = tf.backend() as OnnxRuntimeBackend;
    // A square root between products cannot be computed in place: each graph keeps about 100 MB.
    for (let i = 0; i < 3; i++) {
      tf.tidy(() => {
        const x = tf.ones([4096, 3072 + i]);
        return tf.sum(tf.mul(tf.sqrt(tf.add(x, 1)), tf.exp(tf.neg(x)))).dataSync();
      });
    }
    expect(backend.stats().cachedGraphs).toBe(3);
    const full = process.memoryUsage.rss();
    await tf.setBackend("cpu");
    tf.removeBackend(backendName);
    expect(backend.stats().cachedGraphs).toBe(0);
    await expect.poll(freedSince(full), { timeout: 20_000, interval: 200 }).toBeGreaterThan(100 * 2 ** 20);
    registerOnnxRuntime();
    await tf.setBackend(backendName);
    expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  });

  it("stays within its limits while nothing is read", async () => {
    registerOnnxRuntime({ maxPendingNodes: 100, maxRetiredBytes: 8 * 2 ** 20 });
    await tf.setBackend(backendName);
    const before = process.memoryUsage().arrayBuffers;
    let total: tf.Tensor = tf.scalar(0);
    let largest = 0;
    for (let i = 0; i < 200; i++) {
      const next = tf.tidy(() => tf.add(total, tf.sum(tf.tensor1d(new Float32Array(2 ** 18).fill(1)))));
      total.dispose();
      total = next;
      largest = Math.max(largest, process.memoryUsage().arrayBuffers - before);
    }
    expect(total.dataSync()[0]).toBe(200 * 2 ** 18);
    // 200 MB were allocated; V8 frees arrays late, so the limit tested is half of that.
    expect(largest).toBeLessThan(100 * 2 ** 20);
    registerOnnxRuntime();
    await tf.setBackend(backendName);
  });
});
