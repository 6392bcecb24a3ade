import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { dispose, variables } from "@bertkit/nn";
import { env, pipeline as theirPipeline } from "@huggingface/transformers";
import type * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tinyEncoderModel } from "../__fixtures__/tiny-model.ts";
import { pipeline } from "../pipeline/pipeline.ts";
import { fromPretrained } from "./from-pretrained.ts";
import { saveOnnx } from "./save-onnx.ts";
import { savePretrained } from "./save-pretrained.ts";

const texts = ["a good film", "the plot was bad, very bad!", "not a zebra", "good"];
const options = { pooling: "mean", normalize: true } as const;
let folder: string;

/** Large enough that its dense layers are quantized. */
beforeAll(async () => {
  await useBackend("node");
  folder = await mkdtemp(join(tmpdir(), "bertkit-quantize-"));
  const model = tinyEncoderModel({ hiddenSize: 128, intermediateSize: 512, initializerRange: 0.1 });
  await savePretrained(join(folder, "model"), model);
  await saveOnnx(join(folder, "model"), model);
  await saveOnnx(join(folder, "model"), model, { dtype: "q8" });
  dispose(model);
});
afterAll(() => rm(folder, { recursive: true }));

/** The cosine of vectors of length one. */
function cosines(a: Float32Array, b: Float32Array): number[] {
  const size = a.length / texts.length;
  return texts.map((_, i) => {
    let sum = 0;
    for (let j = i * size; j < (i + 1) * size; j++) sum += a[j]! * b[j]!;
    return sum;
  });
}

test("a q8 model gives nearly the vectors of the fp32 model, and the same as transformers.js with its file", async () => {
  const original = await (await pipeline("feature-extraction", join(folder, "model")))(texts, options);
  const ours = await pipeline("feature-extraction", join(folder, "model"), { dtype: "q8" });
  const rounded = await ours(texts, options);
  for (const cosine of cosines(original.data, rounded.data)) expect(cosine).toBeGreaterThan(0.99);
  expect(rounded.data).not.toEqual(original.data);

  env.allowRemoteModels = false;
  env.localModelPath = `${folder}/`;
  const theirs = await theirPipeline("feature-extraction", "model", { dtype: "q8", device: "cpu", local_files_only: true }); // prettier-ignore
  for (const text of texts) {
    const [own, other] = [await ours(text, options), await theirs(text, options)];
    expect(own.data).toBeAllClose(other.data as Float32Array, { absolute: 1e-4, relative: 0 });
  }
  ours.dispose();
  await theirs.dispose();
});

test("its file is about a quarter of the fp32 file", async () => {
  const [original, rounded] = await Promise.all(
    ["model.onnx", "model_quantized.onnx"].map(async (file) => (await stat(join(folder, "model", "onnx", file))).size),
  );
  expect(rounded! / original!).toBeLessThan(0.3);
});

test("its matrices are frozen, read as the rounded values, and work in calls that are not compiled", async () => {
  const [original, rounded] = [await fromPretrained(join(folder, "model")), await fromPretrained(join(folder, "model"), { dtype: "q8" })]; // prettier-ignore
  const [exact, near] = [new Map(variables(original)), new Map(variables(rounded))];
  const path = "encoder.layers.0.feedForward.expand.kernel";
  const [kernel, expected] = [near.get(path)!, exact.get(path)!];
  expect(kernel.trainable).toBe(false);
  const largest = (expected.abs().max() as tf.Scalar).dataSync()[0]!;
  const difference = (kernel.sub(expected).abs().max() as tf.Scalar).dataSync()[0]!;
  expect(difference).toBeGreaterThan(0);
  expect(difference).toBeLessThan((largest / 127) * 0.51);
  expect(kernel.dataSync()).toBeAllClose(expected.dataSync(), { absolute: (largest / 127) * 0.51, relative: 0 });
  original.dispose();
  rounded.dispose();
});

test("rejects other backends and dtypes", async () => {
  await expect(fromPretrained(join(folder, "model"), { dtype: "q4" as "q8" })).rejects.toThrow(/dtype must be/);
  await useBackend("cpu");
  await expect(fromPretrained(join(folder, "model"), { dtype: "q8" })).rejects.toThrow(
    'dtype "q8" only runs on the Node backend, got cpu. Call useBackend("node") first',
  );
  await useBackend("node");
});
