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

const transformer = (path: string): object => ({ type: "sentence_transformers.models.Transformer", path });
const pooling = (path: string): object => ({ type: "sentence_transformers.models.Pooling", path });
const elsewhere = {
  "modules.json": JSON.stringify([transformer("0_Transformer"), pooling("parts/2_Pooling")]),
  "parts/2_Pooling/config.json": '{"pooling_mode_cls_token": true}',
  "0_Transformer/sentence_bert_config.json": '{"max_seq_length": 6, "do_lower_case": true}',
};

test("the files of the modules are read where modules.json says", async () => {
  const folder = memoryFolder();
  await savePretrained(folder, { ...model, sentenceFiles: elsewhere });
  const other = { "1_Pooling/config.json": "{}", "sentence_bert_config.json": '{"max_seq_length": 4}' };
  for (const [name, content] of Object.entries(other)) await folder.write(name, new TextEncoder().encode(content));
  const loaded = await fromPretrained(folder);
  expect(loaded.sentenceFiles).toEqual(elsewhere);
  const settings = { pooling: "cls", maxLength: 6, normalize: false } as const;
  expect(await featureExtraction(loaded)(text.toUpperCase())).toBeAllClose(
    await featureExtraction(model, settings)(text),
  );
  loaded.dispose();
});

test("the default prompt is before every text, and is saved", async () => {
  const folder = memoryFolder();
  const prompt = "Not A plot . ";
  const config = JSON.stringify({ prompts: { query: prompt }, default_prompt_name: "query" });
  const prompts = { "config_sentence_transformers.json": config };
  const whole = { ...files, "sentence_bert_config.json": '{"do_lower_case": true}' };
  await savePretrained(folder, { ...model, sentenceFiles: { ...whole, ...prompts } });
  const loaded = await fromPretrained(folder);
  expect(loaded.sentenceFiles).toEqual({ ...whole, ...prompts });
  const plain = featureExtraction({ ...model, sentenceFiles: whole });
  const extract = featureExtraction(loaded);
  expect(await extract(text)).toBeAllClose(await plain(prompt + text));
  const [pair] = await extract([["a film", text]]);
  expect(pair).toBeAllClose((await plain([[`${prompt}a film`, text]]))[0]!);
  const piped = await pipeline("feature-extraction", folder);
  expect((await piped(text, { pooling: "sentence" })).data).toBeAllClose(await plain(prompt + text));
  expect((await piped(text, { pooling: "mean" })).data).toBeAllClose(await featureExtraction(model)(text));
  const similarity = await pipeline("sentence-similarity", folder);
  const [one, other] = await plain([`${prompt}a film`, `${prompt}a zebra`]);
  expect(await similarity("a film", "a zebra")).toBeCloseTo(
    one!.reduce((sum, value, i) => sum + value * other![i]!, 0),
    5,
  );
  await savePretrained(folder, { ...model, sentenceFiles: files });
  expect(await readText(folder, "config_sentence_transformers.json")).toBe(undefined);
  for (const each of [loaded, piped, similarity]) each.dispose();
});

test.each([
  [undefined, 6, 6],
  ['{"do_lower_case": true}', 6, 6],
  ['{"max_seq_length": null}', 6, 6],
  ['{"max_seq_length": 9}', 6, 9],
  [undefined, 1e30, 24],
  [undefined, 24, 24],
  [undefined, null, 24],
])(
  "the longest text has max_seq_length of %j, else the tokenizer's %j tokens: %j",
  async (settings, length, expected) => {
    const folder = memoryFolder();
    const { "sentence_bert_config.json": _, ...others } = files;
    const sentenceFiles = { ...others, ...(settings !== undefined && { "sentence_bert_config.json": settings }) };
    await savePretrained(folder, { ...model, sentenceFiles });
    const config = JSON.parse((await readText(folder, "tokenizer_config.json"))!) as object;
    const changed = JSON.stringify({ ...config, model_max_length: length });
    await folder.write("tokenizer_config.json", new TextEncoder().encode(changed));
    const loaded = await fromPretrained(folder);
    const words = "very ".repeat(30);
    const given = { ...model, sentenceFiles: others };
    expect(await featureExtraction(loaded)(words)).toBeAllClose(
      await featureExtraction(given, { maxLength: expected })(words),
    );
    await savePretrained(folder, loaded);
    const again = await fromPretrained(folder);
    expect(again.sentenceFiles).toEqual(loaded.sentenceFiles);
    if (expected === 24) expect(again.sentenceFiles).toEqual(sentenceFiles);
    for (const each of [loaded, again]) each.dispose();
  },
);

test("a save removes the files of an older modules.json, and no others", async () => {
  const folder = memoryFolder();
  await savePretrained(folder, { ...model, sentenceFiles: elsewhere });
  await savePretrained(folder, { ...model, sentenceFiles: files });
  for (const name of Object.keys(elsewhere).slice(1)) expect(await readText(folder, name), name).toBe(undefined);
  const loaded = await fromPretrained(folder);
  expect(loaded.sentenceFiles).toEqual(files);
  loaded.dispose();
  for (const modules of [[pooling("")], [pooling("../other"), transformer("/tmp")], [null], { path: "x" }]) {
    await folder.write("modules.json", new TextEncoder().encode(JSON.stringify(modules)));
    await savePretrained(folder, model);
    expect([...folder.files.keys()].sort()).toEqual([
      "config.json",
      "model.safetensors",
      "special_tokens_map.json",
      "tokenizer.json",
      "tokenizer_config.json",
      "vocab.txt",
    ]);
  }
});

test.each([
  [[pooling("../1_Pooling")], /modules\.json in memory: the path "\.\.\/1_Pooling" may be outside the folder/],
  [[pooling("/etc")], /the path "\/etc" may be outside/],
  [[transformer("a/../../b")], /may be outside/],
  [[pooling("C:\\x")], /may be outside/],
  [Array.from({ length: 65 }, (_, i) => pooling(`${i}`)), /lists 65 modules; the maximum is 64/],
  [[{ ...pooling("1_Pooling"), name: "x".repeat(1 << 20) }], /characters; the maximum is 1048576/],
])("a modules.json that is too large or leaves the folder is rejected: %#", async (modules, message) => {
  const folder = memoryFolder();
  await savePretrained(folder, model);
  await folder.write("modules.json", new TextEncoder().encode(JSON.stringify(modules)));
  const before = tf.memory().numTensors;
  await expect(fromPretrained(folder)).rejects.toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
});
