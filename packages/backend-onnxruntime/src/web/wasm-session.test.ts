import { adamW } from "./__fixtures__/adam-w.ts";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "../compile/compile.ts";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { useWasmSessions } from "./__fixtures__/open-ort.ts";
import type { Heap } from "./heap.ts";
import type { Ort } from "./ort-module.ts";
import { registerOnnxRuntimeWeb } from "./register.ts";

let backend: OnnxRuntimeBackend;
let heap: Heap;
let ort: Ort;

beforeAll(async () => {
  ({ backend, heap, ort } = await useWasmSessions());
}, 60_000);

describe("sessions on onnxruntime-web's WebAssembly", () => {
  it("compute, also with dataSync", () => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const y = tf.tidy(() => tf.relu(tf.sub(tf.matMul(x, x), 9)));
    expect(Array.from(y.dataSync())).toEqual([0, 1, 6, 13]);
    expect(y.dataSync().buffer).toBeInstanceOf(ArrayBuffer); // a copy: the memory is reused
    tf.dispose([x, y]);
  });

  it("return values that stay when tensors are disposed", () => {
    const x = tf.tensor1d(new Array<number>(5000).fill(2));
    const y = tf.square(x);
    const values = y.dataSync();
    tf.dispose([x, y]);
    const others = Array.from({ length: 20 }, () => tf.add(tf.ones([5000]), 6));
    for (const other of others) expect(other.dataSync()[4999]).toBe(7);
    tf.dispose(others);
    expect(values.every((value) => value === 4)).toBe(true);
  });

  it("copy values in once", () => {
    const x = tf.tensor1d(Float32Array.from({ length: 1000 }, (_, i) => i));
    const [y, before] = [tf.add(x, x), heap.copiedBytes];
    expect(y.dataSync()[999]).toBe(1998);
    expect(heap.copiedBytes - before).toBe(4000);
    const z = tf.mul(x, x);
    expect(z.dataSync()[3]).toBe(9);
    expect(heap.copiedBytes - before).toBe(4000);
    tf.dispose([x, y, z]);
  });

  it("free what is disposed", () => {
    for (let round = 0; round < 30; round++) {
      const x = tf.tidy(() => tf.add(tf.zeros([2 ** 20]), round));
      expect(x.dataSync()[7]).toBe(round);
      x.dispose();
    }
    expect(ort.memory.buffer.byteLength).toBeLessThan(30 * 4 * 2 ** 20);
  });

  it("train without copying weights, gradients or moments", () => {
    const weights = tf.variable(tf.randomNormal([256, 64], 0, 0.1, "float32", 1));
    const optimizer = adamW([weights]);
    const inputs = tf.randomNormal([8, 256], 0, 1, "float32", 2);
    inputs.dataSync();
    const losses: number[] = [];
    const copied: number[] = [];
    for (let step = 0; step < 4; step++) {
      const before = heap.copiedBytes;
      const { value, grads } = tf.variableGrads(
        () => tf.mean(tf.square(tf.sub(tf.matMul(inputs, weights), 1))),
        [weights],
      );
      optimizer.step([Object.values(grads)[0]!]);
      losses.push(value.dataSync()[0]!);
      copied.push(heap.copiedBytes - before);
      tf.dispose([value, grads]);
    }
    expect(losses[3]).toBeLessThan(losses[0]!);
    expect(copied[3]).toBeLessThan(4096); // less than a sixteenth of the weights
    tf.dispose([weights, inputs]);
    optimizer.dispose();
  });

  it("run compiled functions, also with dynamic axes", () => {
    const weight = tf.variable(tf.tensor2d([1, 0, 0, 2], [2, 2]), false);
    const layer = (x: tf.Tensor2D): tf.Tensor => tf.tanh(tf.matMul(x, weight));
    const [bySize, ofAnySize] = [compile(layer), compile(layer, { dynamicAxes: { "0": { 0: "rows" } } })];
    for (const rows of [1, 3, 2, 3]) {
      const x = tf.fill([rows, 2], 0.5) as tf.Tensor2D;
      const expected = layer(x);
      for (const call of [bySize, ofAnySize]) {
        const y = call(x);
        expect(y.shape).toEqual([rows, 2]);
        expect(y.dataSync()).toBeAllClose(expected.dataSync());
        y.dispose();
      }
      tf.dispose([x, expected]);
    }
    weight.dispose();
  });

  it("throw when memory is full, and work afterwards", () => {
    const rows = tf.ones([50_000, 1]);
    const columns = tf.ones([1, 50_000]);
    const product = tf.matMul(rows, columns); // 10 GB
    expect(() => product.dataSync()).toThrow(
      /memory is full: 10000000000 bytes do not fit .* Free tensors, or work on smaller/,
    );
    tf.dispose([rows, columns, product]);
    expect(tf.add(1, 2).dataSync()[0]).toBe(3);
    expect(backend.stats().fallbacks).toEqual({});
  });
});

describe("another module", () => {
  afterAll(async () => {
    ({ backend, heap, ort } = await useWasmSessions());
  });

  it("moves tensors into its memory when it uses them", async () => {
    const x = tf.tensor1d([1, 2, 3]);
    const computed = tf.tidy(() => tf.mul(x, 2));
    computed.dataSync();
    await useWasmSessions();
    const sum = tf.tidy(() => tf.add(x, tf.square(computed)));
    tf.dispose([x, computed]);
    expect(Array.from(sum.dataSync())).toEqual([5, 18, 39]);
    sum.dispose();
  });

  it("trains weights and moments of the former one", async () => {
    const weights = tf.variable(tf.ones([4, 4]));
    const optimizer = adamW([weights]);
    for (let step = 0; step < 4; step++) {
      if (step === 2) await useWasmSessions();
      const gradient = tf.fill([4, 4], 1);
      optimizer.step([gradient]);
      gradient.dispose();
    }
    const once = weights.dataSync()[0]!;
    const whole = tf.variable(tf.ones([4, 4]));
    const same = adamW([whole]);
    for (let step = 0; step < 4; step++) {
      const gradient = tf.fill([4, 4], 1);
      same.step([gradient]);
      gradient.dispose();
    }
    expect(once).toBe(whole.dataSync()[0]);
    expect(once).toBeLessThan(1);
    tf.dispose([weights, whole]);
    for (const each of [optimizer, same]) each.dispose();
  });
});

describe("registerOnnxRuntimeWeb", () => {
  it("checks its options", async () => {
    await expect(registerOnnxRuntimeWeb({} as { path: string })).rejects.toThrow(/registerOnnxRuntimeWeb: .*path/);
    await expect(registerOnnxRuntimeWeb({ path: "/ort/", threads: 0 })).rejects.toThrow(/threads must be .*got 0/);
    await expect(registerOnnxRuntimeWeb({ path: "/ort/", thread: 2 } as { path: string })).rejects.toThrow(
      /no option is called thread/,
    );
  });

  it("names the files to serve if they are missing, and keeps the registered backend", async () => {
    await expect(registerOnnxRuntimeWeb({ path: "file:///nowhere/" })).rejects.toThrow(
      /onnxruntime-web does not start from file:\/\/\/nowhere\/: .*Serve ort-wasm-simd-threaded\.mjs and/s,
    );
    expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  });
});
