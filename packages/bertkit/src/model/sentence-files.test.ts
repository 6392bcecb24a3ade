import { memoryFolder, readText } from "@bertkit/checkpoints";
import { sentenceModuleFiles } from "@bertkit/heads";
import { dispose } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tinyEncoderModel } from "../__fixtures__/tiny-model.ts";
import { pipeline } from "../pipeline/pipeline.ts";
import { featureExtraction } from "../inference/feature-extraction.ts";
import { fromPretrained } from "./from-pretrained.ts";
import { savePretrained } from "./save-pretrained.ts";

let model: ReturnType<typeof tinyEncoderModel>;
beforeAll(async () => {
  await tf.setBackend("cpu");
  model = tinyEncoderModel();
});
afterAll(() => dispose(model));

const text = "a good film, very good! a good film";
const files = sentenceModuleFiles({ pooling: ["cls", "max"], normalize: true, maxLength: 6, lowercase: true }, 16);

test("a saved folder keeps pooling, normalization, length and case, and features are computed with them", async () => {
  const folder = memoryFolder();
  await savePretrained(folder, { ...model, sentenceFiles: files });
  const loaded = await fromPretrained(folder);
  expect(loaded.sentenceFiles).toEqual(files);

  const vector = await featureExtraction(loaded)(text.toUpperCase());
  expect(vector).toHaveLength(32);
  expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
  const given = { maxLength: 6, normalize: false } as const;
  const parts = await Promise.all(
    (["cls", "max"] as const).map((pooling) => featureExtraction(model, { ...given, pooling })(text)),
  );
  const joined = parts.flatMap((part) => Array.from(part));
  expect(vector).toBeAllClose(joined.map((value) => value / Math.hypot(...joined)));
  const own = await featureExtraction(loaded, { ...given, pooling: "cls" })(text);
  expect(own).toBeAllClose(parts[0]!);

  const extract = await pipeline("feature-extraction", folder);
  expect((await extract([text, "a"], { pooling: "sentence" })).dims).toEqual([2, 32]);
  expect((await extract(text, { pooling: "sentence" })).data).toBeAllClose(vector);
  expect((await extract(text)).dims[1]).toBeGreaterThan(6); // every token, as in transformers.js
  extract.dispose();
  loaded.dispose();
});

test("a model without these files replaces a folder's with none", async () => {
  const folder = memoryFolder();
  await savePretrained(folder, { ...model, sentenceFiles: files });
  await savePretrained(folder, model);
  for (const name of Object.keys(files)) expect(await readText(folder, name), name).toBe(undefined);
  expect(await fromPretrained(folder)).not.toHaveProperty("sentenceFiles");
});

test("an unsupported module is only an error for features", async () => {
  const folder = memoryFolder();
  const dense = JSON.stringify([{ type: "sentence_transformers.models.Dense", path: "2_Dense" }]);
  await savePretrained(folder, { ...model, sentenceFiles: { "modules.json": dense } });
  const loaded = await fromPretrained(folder);
  expect(() => featureExtraction(loaded)).toThrow('the module "Dense" is not supported');
  loaded.dispose();
});
