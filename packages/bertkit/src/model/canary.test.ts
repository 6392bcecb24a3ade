import { useBackend } from "@bertkit/backend";
import { memoryFolder, openWeights, writeShardedSafetensors } from "@bertkit/checkpoints";
import { dispose } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tinyClassifierModel, tinyEncoderModel, tinyPretrainingModel } from "../__fixtures__/tiny-model.ts";
import { type Fault, withFault } from "../__fixtures__/with-fault.ts";
import { CanaryError, fromPretrained, pipeline, savePretrained } from "../index.ts";
import { canaryKey } from "./parse-canary.ts";

type Saved = ReturnType<typeof memoryFolder>;

async function saved(model = tinyPretrainingModel()): Promise<Saved> {
  const folder = memoryFolder();
  await savePretrained(folder, model as Parameters<typeof savePretrained>[1]);
  dispose(model);
  return folder;
}

describe.each(["wasm", "node"] as const)("the canary of a folder, on %s", (backend) => {
  let folder: Saved;

  beforeEach(async () => {
    await useBackend("cpu");
    folder = await saved(); // by plain JavaScript
    await useBackend(backend);
  });
  afterEach(() => useBackend("cpu"));

  test("passes if the backend is correct", async () => {
    const before = tf.memory().numTensors;
    (await fromPretrained(folder)).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("detects a fault in any kernel that loading and the model's heads use", async () => {
    const profile = await tf.profile(async () => {
      (await fromPretrained(folder)).dispose();
      return [] as tf.Tensor[];
    });
    const kernelNames = profile.kernelNames.filter((name) => tf.getKernel(name, tf.getBackend()) !== undefined);
    expect(kernelNames.length).toBeGreaterThan(12);
    const before = tf.memory().numTensors;
    const caught: Record<string, unknown> = {};
    for (const name of kernelNames)
      caught[name] = (await withFault(name, everyThird, () => errorOf(fromPretrained(folder)))).result;
    const missed = kernelNames.filter((name) => caught[name] === undefined);
    expect(missed).toEqual([]);
    const byCanary = kernelNames.filter((name) => CanaryError.isInstance(caught[name]));
    expect(byCanary).toEqual(expect.arrayContaining(kernelNames.filter((name) => /MatMul|Layer|Softmax/.test(name))));
    expect(tf.memory().numTensors).toBe(before);
    const error = caught[byCanary[0]!] as CanaryError;
    expect(error.message).toMatch(/the backend \w+ computes wrong numbers: .* is .* where the weights' file has .*/);
  });

  test("is not checked with { canary: false }", async () => {
    const load = () => fromPretrained(folder, { canary: false });
    expect((await withFault("Add", everyThird, () => errorOf(load()))).result).toBeUndefined();
  });
});

describe("the canary of a pipeline of vectors", () => {
  const load = (folder: Saved): ReturnType<typeof pipeline<"feature-extraction">> =>
    pipeline("feature-extraction", folder);

  test("runs in the graph of the texts, which is compiled once", async () => {
    await useBackend("node");
    const folder = await saved(tinyEncoderModel() as never);
    const before = tf.memory().numTensors;
    const { stats } = tf.backend() as unknown as { stats(): { compiles: number } };
    const compiles = (): number => stats.call(tf.backend()).compiles;
    const started = compiles();
    const extract = await load(folder);
    expect(compiles() - started).toBe(1);
    for (const pooling of ["mean", "none"] as const) await extract(["a good film", "the plot"], { pooling });
    expect(compiles() - started).toBe(1);
    extract.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("is compared: a number that differs is an error", async () => {
    await useBackend("node");
    const folder = await saved(tinyEncoderModel() as never);
    const weights = await openWeights(folder);
    const canary = JSON.parse(weights.metadata[canaryKey]!) as { outputs: Record<string, number[]> };
    canary.outputs["the encoder's output"]![100]! += 0.1;
    await writeShardedSafetensors(folder, weights, { metadata: { [canaryKey]: JSON.stringify(canary) } });
    await weights.close();
    const before = tf.memory().numTensors;
    await expect(load(folder)).rejects.toThrow(/computes wrong numbers: the encoder's output/);
    expect(tf.memory().numTensors).toBe(before);
    (await pipeline("feature-extraction", folder, { canary: false })).dispose();
  });
});

test("detects attention that is wrong only without a mask, on wasm", async () => {
  await useBackend("cpu");
  const folder = await saved();
  await useBackend("wasm");
  const ofOneRow: Fault = (values, { shape }) =>
    shape.length === 4 && shape[0] === 1 ? values.map((value) => value * 1.03) : values;
  const { result } = await withFault("Softmax", ofOneRow, () => errorOf(fromPretrained(folder)));
  expect(String(result)).toMatch(/the encoder's output of the model's own example without padding is/);
  await useBackend("cpu");
});

describe("a canary", () => {
  beforeEach(() => useBackend("node"));

  test("is part of the weights' file: one written by another program has none", async () => {
    const folder = await saved(tinyClassifierModel() as never);
    const weights = await openWeights(folder);
    expect(Object.keys(weights.metadata)).toContain(canaryKey);
    await writeShardedSafetensors(folder, weights);
    await weights.close();
    const again = await openWeights(folder);
    expect(again.metadata).toEqual({ format: "pt" });
    await again.close();
    (await fromPretrained(folder)).dispose();
  });

  test("is not that of weights which another program changed after the save; an older one says so", async () => {
    const folder = await saved(tinyClassifierModel() as never);
    const weights = await openWeights(folder);
    const tensors = await Promise.all([...weights.entries.keys()].map((name) => weights.tensor(name)));
    const metadata = { [canaryKey]: weights.metadata[canaryKey]! };
    await weights.close();
    const changed = tensors.map((tensor) =>
      tensor.name === "classifier.weight" ? { ...tensor, data: (tensor.data as Float32Array).map((x) => -x) } : tensor,
    );
    await writeShardedSafetensors(folder, changed, { metadata });
    (await fromPretrained(folder)).dispose();
    const { weights: _, ...older } = JSON.parse(metadata[canaryKey]) as { weights: string };
    await writeShardedSafetensors(folder, changed, { metadata: { [canaryKey]: JSON.stringify(older) } });
    await expect(fromPretrained(folder)).rejects.toThrow(
      /computes wrong numbers: .* If the weights were changed after/,
    );
  });

  test.each(["{", '{"inputIds":[[99999]]}', "null"])("that is damaged is an error: %s", async (text) => {
    const folder = await saved();
    const weights = await openWeights(folder);
    await writeShardedSafetensors(folder, weights, { metadata: { [canaryKey]: text } });
    await weights.close();
    await expect(fromPretrained(folder)).rejects.toThrow(/"bertkit_canary" is damaged/);
    (await fromPretrained(folder, { canary: false })).dispose();
  });
});

async function errorOf(work: Promise<{ dispose(): void }>): Promise<unknown> {
  try {
    (await work).dispose();
    return undefined;
  } catch (error) {
    return error;
  }
}

const everyThird: Fault = (values, { dtype }) =>
  values.map((value, i) => (i % 3 > 0 ? value : dtype === "float32" ? value + 0.3 : value === 0 ? 1 : 0));
