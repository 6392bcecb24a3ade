import { dispose, type NameRule } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exportVariables } from "./export-variables.ts";
import { variableSource } from "./variable-source.ts";
import { memoryFolder } from "./folders/memory-folder.ts";
import { importVariables } from "./import-variables.ts";
import { openWeights } from "./open-weights.ts";
import { readSafetensors } from "./safetensors/read-safetensors.ts";
import { planImport } from "./match-targets.ts";
import type { StoredTensor, TensorToStore } from "./safetensors/stored-tensor.ts";
import { writeSafetensors } from "./safetensors/write-safetensors.ts";
import { exportAdamState, importAdamState } from "./tensorflow/adam-state.ts";
import { memorySource } from "./tensor-source.ts";

const rules: NameRule[] = [
  { path: "layers.{i}.kernel", name: "bert.layer.{i}.weight", transpose: true },
  { path: "norm.gamma", name: "bert.LayerNorm.weight" },
  { path: "count", name: "bert.count" },
];

interface Model {
  layers: { kernel: tf.Variable }[];
  norm: { gamma: tf.Variable };
  count: tf.Variable;
  tied: tf.Variable;
}
let model: Model;

beforeEach(() => {
  model = tf.tidy(() => {
    const gamma = tf.variable(tf.ones([2]));
    return {
      layers: [0, 1].map(() => ({ kernel: tf.variable(tf.zeros([2, 3])) })),
      norm: { gamma },
      count: tf.variable(tf.scalar(0, "int32")),
      tied: gamma,
    };
  });
});

afterEach(() => dispose(model));

const complete: TensorToStore[] = [
  { name: "bert.layer.0.weight", shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  { name: "bert.layer.1.weight", shape: [3, 2], data: Float32Array.of(0.5, 1, 1.5, 2, 2.5, 3), type: "F16" },
  { name: "bert.LayerNorm.weight", shape: [2], data: Float64Array.of(7, 8) },
  { name: "bert.count", shape: [], data: BigInt64Array.of(12n) },
];
const stored = (tensors: TensorToStore[]): ReturnType<typeof readSafetensors>["tensors"] =>
  readSafetensors(writeSafetensors(tensors)).tensors;
const untouched = (): void => {
  expect([...model.layers[0]!.kernel.dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
  expect([...model.norm.gamma.dataSync()]).toEqual([1, 1]);
};

test("assigns every variable, transposed and converted as needed", async () => {
  const report = await importVariables(model, stored(complete), rules);
  expect(report).toEqual({
    loaded: ["layers.0.kernel", "layers.1.kernel", "norm.gamma", "count"],
    missing: [],
    unexpected: [],
    mismatched: [],
  });
  expect(model.layers[0]!.kernel.arraySync()).toEqual([
    [1, 3, 5],
    [2, 4, 6],
  ]);
  expect(model.layers[1]!.kernel.arraySync()).toEqual([
    [0.5, 1.5, 2.5],
    [1, 2, 3],
  ]);
  expect(model.tied.arraySync()).toEqual([7, 8]);
  expect(model.count.arraySync()).toBe(12);
});

test("reads several tensors at once, and assigns all", async () => {
  const memory = memorySource(stored(complete).values());
  let [reading, most] = [0, 0];
  const tensor = async (name: string): Promise<StoredTensor> => {
    most = Math.max(most, ++reading);
    await new Promise((resolve) => setTimeout(resolve, 1));
    reading--;
    return memory.tensor(name);
  };
  expect((await importVariables(model, { ...memory, tensor }, rules)).loaded).toHaveLength(4);
  expect(most).toBe(4);
  expect(model.count.arraySync()).toBe(12);
});

test("export is the inverse", async () => {
  await importVariables(model, stored(complete), rules);
  const exported = stored(await exportVariables(model, rules));
  expect(exported.get("bert.layer.0.weight")).toMatchObject({ shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
  expect([...exported.keys()]).toEqual([
    "bert.LayerNorm.weight",
    "bert.layer.0.weight",
    "bert.layer.1.weight",
    "bert.count",
  ]);
  expect(variableSource(model, rules).entries.get("bert.layer.0.weight")).toEqual({
    name: "bert.layer.0.weight",
    type: "F32",
    shape: [3, 2],
  });
  await expect(variableSource(model, rules).tensor("layer")).rejects.toThrow(
    /none of the 4 variables has the name "layer"/,
  );
  const twice = [{ path: "layers.{i}.kernel", name: "layer.weight" }, ...rules.slice(1)];
  expect(() => variableSource(model, twice)).toThrow(
    /two variables have the name "layer\.weight", one is "layers\.1\.kernel"/,
  );
  await expect(exportVariables(model, rules.slice(1))).rejects.toThrow(/the variable "layers\.0\.kernel" has no rule/);
});

test("the model does not share memory with the file or the export", async () => {
  const tensors = stored(complete);
  await importVariables(model, tensors, rules);
  (tensors.get("bert.layer.0.weight")!.data as Float32Array).fill(99);
  const exported = await exportVariables(model, rules);
  for (const { data } of exported) (data as Float32Array | Int32Array).fill(99);
  expect(model.layers[0]!.kernel.arraySync()).toEqual([
    [1, 3, 5],
    [2, 4, 6],
  ]);
  expect(model.norm.gamma.arraySync()).toEqual([7, 8]);
});

test("owned data of a source are transposed in place, not copied", async () => {
  const given = new Map<string, Float32Array>();
  const source = {
    ...memorySource(stored(complete).values()),
    async tensor(name: string) {
      const tensor = stored(complete).get(name)!;
      const owned = { ...tensor, data: tensor.data.slice(), owned: true };
      if (owned.data instanceof Float32Array) given.set(name, owned.data);
      return owned;
    },
  };
  await importVariables(model, source, rules);
  const [kernel] = model.layers;
  expect([...given.get("bert.layer.0.weight")!]).toEqual([1, 3, 5, 2, 4, 6]);
  if (tf.getBackend() === "cpu") expect(kernel!.kernel.dataSync()).toBe(given.get("bert.layer.0.weight"));
  expect(model.norm.gamma.arraySync()).toEqual([7, 8]);
});

test("two models loaded from the same open file do not share memory", async () => {
  const folder = memoryFolder({ "model.safetensors": writeSafetensors(complete) });
  const weights = await openWeights(folder);
  const other = { layers: model.layers.map(() => ({ kernel: tf.variable(tf.zeros([2, 3])) })) };
  await importVariables(model, weights, rules);
  await importVariables(other, weights, rules, { strict: false });
  expect(other.layers[0]!.kernel.arraySync()).toEqual(model.layers[0]!.kernel.arraySync());
  expect(other.layers[0]!.kernel.dataSync().buffer).not.toBe(model.layers[0]!.kernel.dataSync().buffer);
  dispose(other);
});

test("leaves no tensors behind", async () => {
  const before = tf.memory().numTensors;
  for (let round = 0; round < 3; round++) {
    await importVariables(model, stored(complete), rules);
    await exportVariables(model, rules);
  }
  expect(tf.memory().numTensors).toBe(before);
});

test("finds old names and names without prefix", async () => {
  const renamed = complete.map((tensor) => ({
    ...tensor,
    name: tensor.name.replace("bert.", "").replace("LayerNorm.weight", "LayerNorm.gamma"),
  }));
  const spellings = (name: string): string[] => [
    name.replace("bert.", ""),
    name.replace("bert.", "").replace("LayerNorm.weight", "LayerNorm.gamma"),
  ];
  expect((await importVariables(model, stored(renamed), rules, { spellings })).loaded).toHaveLength(4);
  await expect(importVariables(model, stored(renamed), rules)).rejects.toThrow(/4 missing from the file/);
});

test("strict reports every problem and assigns nothing", async () => {
  const wrong = stored([
    complete[0]!,
    { name: "bert.LayerNorm.weight", shape: [3], data: new Float32Array(3) },
    { name: "extra", shape: [1], data: new Float32Array(1) },
    { name: "bert.count", shape: [], data: Float32Array.of(1) },
  ]);
  const message =
    /1 missing from the file: bert\.layer\.1\.weight \(layers\.1\.kernel\); 1 unexpected in the file: extra; 2 of another shape or type: bert\.LayerNorm\.weight \(expected float32 \[2\], got F32 \[3\]\), bert\.count \(expected int32 \[\], got F32 \[\]\)\. Nothing was loaded/;
  await expect(importVariables(model, wrong, rules)).rejects.toThrow(message);
  untouched();
  const report = await importVariables(model, wrong, rules, { strict: false, ignore: ["extra"] });
  expect(report).toMatchObject({
    loaded: ["layers.0.kernel"],
    unexpected: [],
    missing: [{ path: "layers.1.kernel", name: "bert.layer.1.weight" }],
  });
  expect(report.mismatched.map(({ path }) => path)).toEqual(["norm.gamma", "count"]);
  expect([...model.norm.gamma.dataSync()]).toEqual([1, 1]);
});

test("a read that fails halfway assigns nothing", async () => {
  const source = memorySource(stored(complete).values());
  let reads = 0;
  const failing = {
    ...source,
    tensor: (name: string) => (++reads === 3 ? Promise.reject(new Error("disk gone")) : source.tensor(name)),
  };
  await expect(importVariables(model, failing, rules)).rejects.toThrow("disk gone");
  untouched();
});

test("a slow tensor does not block the others", async () => {
  const source = memorySource(stored(complete).values());
  const slow = {
    ...source,
    async tensor(name: string) {
      if (name !== source.entries.keys().next().value) return source.tensor(name);
      while (model.norm.gamma.dataSync()[0] === 1) await new Promise((resolve) => setTimeout(resolve, 1));
      return source.tensor(name);
    },
  };
  await importVariables(model, slow, rules, { eager: true });
  expect(model.norm.gamma.arraySync()).toEqual([7, 8]);
  expect(model.layers[0]!.kernel.arraySync()).toEqual([
    [1, 3, 5],
    [2, 4, 6],
  ]);
});

test("an integer beyond 32 bits is an error, and nothing is assigned", async () => {
  const counts = async (...values: bigint[]): Promise<unknown> => {
    const whole = tf.tidy(() => ({ n: tf.variable(tf.tensor1d([1, 2], "int32")), b: tf.variable(tf.zeros([1])) }));
    const tensors = stored([
      { name: "b", shape: [1], data: Float32Array.of(1) },
      { name: "n", shape: [2], data: BigInt64Array.from(values) },
    ]);
    const table = ["n", "b"].map((name) => ({ path: name, name }));
    try {
      await importVariables(whole, tensors, table);
      return whole.n.arraySync();
    } catch (error) {
      expect([...whole.n.dataSync(), ...whole.b.dataSync()]).toEqual([1, 2, 0]);
      throw error;
    } finally {
      dispose(whole);
    }
  };
  expect(await counts(2n ** 31n - 1n, -(2n ** 31n))).toEqual([2 ** 31 - 1, -(2 ** 31)]);
  await expect(counts(5n, 3_000_000_000n)).rejects.toThrow('"n" has 3000000000 at 1, beyond the 32 bits of an int32');
  await expect(counts(2n ** 40n + 7n, 0n)).rejects.toThrow('"n" has 1099511627783 at 0');
});

test.each([1, 3])("a rule that transposes a variable with %i axes is an error", async (rank) => {
  const shape = [2, 3, 4].slice(0, rank);
  const odd = tf.tidy(() => ({ x: tf.variable(tf.ones(shape)) }));
  const table = [{ path: "x", name: "y", transpose: true }];
  const inFile = shape.toReversed();
  const named = (name: string): ReadonlyMap<string, StoredTensor> =>
    stored([{ name, shape: inFile, data: new Float32Array(tf.util.sizeFromShape(inFile)) }]);
  const message = `the rule of "x" transposes a matrix, but its shape is [${shape.join(", ")}].`;
  expect(() => variableSource(odd, table)).toThrow(`variableSource: ${message}`);
  await expect(importVariables(odd, named("y"), table)).rejects.toThrow(`importVariables: ${message}`);
  expect(() => planImport([["x", { shape, dtype: "float32" }]], named("y"), table)).toThrow(message);
  const slots = new Map([["m/x", odd.x]]);
  await expect(exportAdamState({ step: 1, slots }, table)).rejects.toThrow(`exportAdamState: ${message}`);
  const moments = memorySource([...named("y/adam_m").values(), ...named("y/adam_v").values()]);
  await expect(importAdamState(odd, moments, table)).rejects.toThrow(`importAdamState: ${message}`);
  expect([...odd.x.dataSync()]).toEqual(Array.from({ length: odd.x.size }, () => 1));
  dispose(odd);
});

test("names a variable without a rule", async () => {
  await expect(importVariables(model, stored(complete.slice(0, 3)), rules.slice(0, 2))).rejects.toThrow(
    /count \(no rule names it\)/,
  );
});
