import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { readSafetensors } from "@bertkit/checkpoints";
import { bertSizes, createBert, type Encoder } from "@bertkit/encoder";
import { inference, Rng } from "@bertkit/nn";
import { findFloat16Vulkan, float16Missing, sharedModels } from "@bertkit/testing";
import { bertTokenizer, Vocabulary } from "@bertkit/tokenizer";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { paddedBatch } from "./__fixtures__/padded-batch.ts";
import { runOnVulkan } from "./__fixtures__/run-on-vulkan.ts";
import { fromPretrained, savePretrained } from "./index.ts";

interface Results {
  tiny: { outputs: number[]; uploadedBytes: number; bytes: number };
  large?: { layers: number[][]; uploadedBytes: number; embeddings: number[][] };
}

const driver = findFloat16Vulkan();
const skipped = driver === undefined ? ` (skipped: ${float16Missing})` : "";
const miniLm = sharedModels === undefined ? undefined : join(sharedModels, "all-MiniLM-L6-v2");

// The tolerances that the README of @bertkit/backend-onnxruntime states.
describe.skipIf(driver === undefined)(`models in float16 on WebGPU, on Mesa's software adapter${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "bertkit-float16-"));
  const at = (name: string): string => join(folder, name);
  let exact: number[];
  let results: Record<"float32" | "float16", Results>;

  beforeAll(async () => {
    await useBackend("node");
    const words = Array.from({ length: 30_000 }, (_, i) => `word${i}`);
    const vocabulary = new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...words]);
    const config = { ...bertSizes.tiny, vocabularySize: vocabulary.size, initializerRange: 0.1 };
    const model = { config, tokenizer: bertTokenizer({ vocabulary }), encoder: createBert(config, new Rng(1)) };
    await savePretrained(at("tiny"), model);
    exact = outputsOf(model.encoder);
    results = { float32: run("float32"), float16: run("float16") };
  }, 400_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(precision: "float32" | "float16"): Results {
    const models = [at("tiny"), at(precision), ...(miniLm === undefined ? [] : [miniLm])];
    return runOnVulkan<Results>(
      new URL("./__fixtures__/float16-program.ts", import.meta.url),
      [precision, ...models],
      driver,
    );
  }

  test("BERT-tiny differs by at most 1 % of the largest value, and all of float32 by less", () => {
    expect(difference(results.float16.tiny.outputs, exact)).toBeLessThan(0.01);
    expect(difference(results.float16.tiny.outputs, exact)).toBeGreaterThan(1e-4);
    expect(difference(results.float32.tiny.outputs, exact)).toBeLessThan(1e-4);
  });

  test("its weights take half of the GPU's memory", () => {
    const { float32, float16 } = results;
    expect(float16.tiny.uploadedBytes / float32.tiny.uploadedBytes).toBeLessThan(0.51);
    expect(float16.tiny.bytes / float32.tiny.bytes).toBeLessThan(0.52);
  });

  test("a model saved from float16 has rounded weights, and its canary passes in float32", async () => {
    const rounded = await fromPretrained(at("float16"));
    const values = outputsOf(rounded.encoder);
    expect(difference(values, exact)).toBeLessThan(0.01);
    expect(difference(values, exact)).toBeGreaterThan(1e-5);
    rounded.dispose();
    expect(existsSync(at("float16/model.safetensors"))).toBe(true);
  });

  test.skipIf(miniLm === undefined)("all-MiniLM-L6-v2 (skipped without the shared models)", () => {
    const { tensors } = readSafetensors(readFileSync(join(miniLm!, "reference/outputs.safetensors")));
    const reference = (name: string): Float32Array => tensors.get(name)!.data as Float32Array;
    const { large } = results.float16;
    large!.layers.forEach((layer, i) => {
      const states = reference(`hidden_states.${i}`).subarray(0, layer.length);
      expect(difference(layer, states), `layer ${i}`).toBeLessThan(0.01);
      expect(cosine(layer, states), `layer ${i}`).toBeGreaterThan(0.9999);
    });
    large!.embeddings.forEach((embedding, i) =>
      expect(cosine(embedding, reference("sentence_embeddings").subarray(384 * i, 384 * (i + 1)))).toBeGreaterThan(
        0.9999,
      ),
    );
    expect(large!.uploadedBytes / results.float32.large!.uploadedBytes).toBeLessThan(0.51);
  });
});

function outputsOf(encoder: Encoder): number[] {
  const tensors = tf.tidy(() => {
    const { sequenceOutput, pooledOutput } = encoder.forward(paddedBatch(), inference);
    return [sequenceOutput, pooledOutput!];
  });
  return tensors.flatMap((tensor) => [...tensor.dataSync()]);
}

/** The largest difference as a fraction of the largest value. */
function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [most, largest] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]!));
    most = Math.max(most, Math.abs(actual[i]! - expected[i]!));
  }
  return most / largest;
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [product, squaresOfA, squaresOfB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!;
    squaresOfA += a[i]! ** 2;
    squaresOfB += b[i]! ** 2;
  }
  return product / Math.sqrt(squaresOfA * squaresOfB);
}
