import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { memoryFolder, openTensorflow } from "@bertkit/checkpoints";
import { localFolder } from "@bertkit/checkpoints/node";
import { dispose, inference, variables } from "@bertkit/nn";
import { sharedData } from "@bertkit/testing";
import { adamW } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import {
  tinyClassifierModel,
  tinyPretrainingModel,
  tinyQuestionModel,
  tinyTokenClassifierModel,
} from "../__fixtures__/tiny-model.ts";
import { fromPretrained } from "./from-pretrained.ts";
import { savePretrained } from "./save-pretrained.ts";
import { loadTensorflowOptimizer, saveTensorflowCheckpoint } from "./save-tensorflow-checkpoint.ts";

beforeAll(() => tf.setBackend("cpu"));

const values = (model: object): [string, number[]][] =>
  [...variables(model)].map(([path, variable]) => [path, [...variable.dataSync()]]);
const partsOf = ({
  encoder,
  maskedLm,
  nextSentence,
  classifier,
  questionAnswerer,
}: Awaited<ReturnType<typeof fromPretrained>>) => ({ encoder, maskedLm, nextSentence, classifier, questionAnswerer });

test.each([
  ["a pretrained model", tinyPretrainingModel],
  ["a classifier", () => tinyClassifierModel("multi-label")],
  ["a question answerer", tinyQuestionModel],
])("%s written for TensorFlow 1 and read back is equal to the bit", async (_, make) => {
  const model = make();
  const folder = memoryFolder();
  await saveTensorflowCheckpoint(folder, model);
  expect([...folder.files.keys()]).toEqual([
    "bert_model.ckpt.data-00000-of-00001",
    "bert_model.ckpt.index",
    "checkpoint",
    "vocab.txt",
    "bert_config.json",
  ]);
  const back = await fromPretrained(folder);
  const { config, tokenizer: _tokenizer, ...rest } = model;
  expect(back.config).toEqual({ ...config, paddingId: 0 });
  expect(back.unused).toEqual([]);
  expect(values(partsOf(back))).toEqual(values({ ...rest, rng: undefined }));
  if ("classifier" in model) {
    expect(back.classifier!.labels).toEqual(model.classifier.labels);
    expect(back.classifier!.problem).toBe("multi-label");
  }
  back.dispose();
  dispose(rest);
});

test("Adam's moments and step are saved and restored", async () => {
  const { config, tokenizer, encoder, maskedLm, nextSentence } = tinyPretrainingModel();
  const model = { encoder, maskedLm, nextSentence };
  const optimizer = adamW({ learningRate: 0.01, biasCorrection: false });
  const gradients = new Map(
    [...variables(model)].map(([path, { shape }]) => [path, tf.randomNormal(shape, 0, 1, "float32", 3)]),
  );
  optimizer.update(variables(model), gradients);
  const folder = memoryFolder();
  await saveTensorflowCheckpoint(folder, { config, tokenizer, ...model }, { optimizer: optimizer.state() });
  const back = await fromPretrained(folder);
  expect(back.unused).toEqual([]);
  const state = await loadTensorflowOptimizer(folder, back);
  expect(state.step).toBe(1);
  const { slots } = optimizer.state();
  expect([...state.slots.keys()].toSorted()).toEqual([...slots.keys()].toSorted());
  for (const [key, slot] of slots) expect(state.slots.get(key)!.arraySync(), key).toEqual(slot.arraySync());

  const bare = memoryFolder();
  await saveTensorflowCheckpoint(bare, { config, tokenizer, ...model });
  const before = tf.memory().numTensors;
  await expect(loadTensorflowOptimizer(bare, back)).rejects.toThrow(
    /92 of 92 moments are missing or of another shape: bert\/embeddings\/word_embeddings\/adam_m, /,
  );
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose([...gradients.values(), ...state.slots.values()]);
  optimizer.dispose();
  back.dispose();
  dispose(model);
});

test("a mismatch is named, and parts without a name in Google's code are rejected", async () => {
  const model = tinyPretrainingModel();
  const folder = memoryFolder();
  await saveTensorflowCheckpoint(folder, model);
  const config = JSON.parse(Buffer.from(folder.files.get("bert_config.json")!).toString()) as Record<string, unknown>;
  const other = { ...config, num_hidden_layers: 3, intermediate_size: 64 };
  await folder.write("bert_config.json", Buffer.from(JSON.stringify(other)));
  await expect(fromPretrained(folder)).rejects.toThrow(
    /16 missing from the file: bert\/encoder\/layer_2\/attention\/self\/query\/kernel \(.*6 of another shape or type: bert\/encoder\/layer_0\/intermediate\/dense\/kernel \(expected float32 \[16, 64\], got F32 \[16, 32\]\)/,
  );
  await folder.write("bert_config.json", Buffer.from(JSON.stringify({ ...config, num_hidden_layers: 1 })));
  await expect(fromPretrained(folder)).rejects.toThrow(/"num_hidden_layers" .* none uses bert\/encoder\/layer_1\//);
  const labeled = tinyTokenClassifierModel();
  await expect(saveTensorflowCheckpoint(memoryFolder(), labeled)).rejects.toThrow(/no token classifier/);
  dispose([model, labeled]);
});

test("a vocabulary with capitals makes a cased tokenizer", async () => {
  const model = tinyPretrainingModel();
  const folder = memoryFolder();
  await saveTensorflowCheckpoint(folder, model);
  const vocabulary = Buffer.from(folder.files.get("vocab.txt")!).toString();
  const lower = await fromPretrained(folder);
  expect(lower.tokenizer.lowercase).toBe(true);
  await folder.write("vocab.txt", Buffer.from(vocabulary.replace("zebra", "Zebra")));
  const cased = await fromPretrained(folder);
  expect(cased.tokenizer.lowercase).toBe(false);
  lower.dispose();
  cased.dispose();
  dispose(model);
});

describe("Google's own checkpoint (skipped without the shared data)", () => {
  test.skipIf(!sharedData)("opens with both heads and Adam's state, and becomes a Hugging Face folder", async () => {
    const path = join(sharedData!, "checkpoints/tf1-bert-L2-H4");
    const model = await fromPretrained(path);
    expect(model.config).toMatchObject({ hiddenSize: 4, hiddenLayers: 2, activation: "gelu_tanh", pooler: true });
    expect(model.maskedLm).toBeDefined();
    expect(model.nextSentence).toBeDefined();
    expect(model.unused).toEqual([]);
    const { step, slots } = await loadTensorflowOptimizer(path, model);
    expect(step).toBe(20);
    const weights = await openTensorflow(localFolder(path), "bert_model.ckpt");
    const stored = await weights.tensor("cls/seq_relationship/output_weights/adam_v");
    expect([...tf.tidy(() => slots.get("v/nextSentence.dense.kernel")!.transpose().dataSync())]).toEqual([
      ...stored.data,
    ]);
    await weights.close();
    const folder = memoryFolder();
    await savePretrained(folder, model);
    const back = await fromPretrained(folder);
    expect(values(partsOf(back))).toEqual(values(partsOf(model)));
    tf.dispose([...slots.values()]);
    back.dispose();
    model.dispose();
  });
});

describe("TensorFlow Model Garden", () => {
  const fixture = fileURLToPath(new URL("../__fixtures__/model-garden/", import.meta.url));

  test.each([
    ["a SavedModel, as on TF Hub", () => localFolder(join(fixture, "saved_model"))],
    [
      "a training checkpoint, with a config",
      async () => {
        const checkpoint = localFolder(join(fixture, "checkpoint"));
        const added = memoryFolder({
          "vocab.txt": await readFile(join(fixture, "saved_model/assets/vocab.txt")),
          "config.json": JSON.stringify({
            vocab_size: 12,
            hidden_size: 8,
            num_hidden_layers: 2,
            num_attention_heads: 2,
            intermediate_size: 12,
            max_position_embeddings: 10,
            hidden_act: "gelu_new",
          }),
        });
        return {
          label: "both",
          read: async (name: string) => (await added.read(name)) ?? checkpoint.read(name),
        };
      },
    ],
  ])("%s gives TensorFlow's outputs", async (_, folder) => {
    const model = await fromPretrained(await folder());
    expect(model.config).toMatchObject({
      hiddenLayers: 2,
      attentionHeads: 2,
      intermediateSize: 12,
      typeVocabularySize: 2,
    });
    expect(model.unused).toEqual([]);
    expect(model.tokenizer.lowercase).toBe(true);
    const expected = JSON.parse(await readFile(join(fixture, "outputs.json"), "utf8")) as {
      inputs: Record<"input_word_ids" | "input_mask" | "input_type_ids", number[][]>;
      sequence_output: number[][][];
      pooled_output: number[][];
    };
    const { input_word_ids: ids, input_mask: mask, input_type_ids: types } = expected.inputs;
    tf.tidy(() => {
      const outputs = model.encoder.forward(
        {
          inputIds: tf.tensor2d(ids, undefined, "int32"),
          attentionMask: tf.tensor2d(mask, undefined, "int32"),
          tokenTypeIds: tf.tensor2d(types, undefined, "int32"),
        },
        inference,
      );
      expect(outputs.sequenceOutput.dataSync()).toBeAllClose(expected.sequence_output.flat(2));
      expect(outputs.pooledOutput!.dataSync()).toBeAllClose(expected.pooled_output.flat());
    });
    model.dispose();
  });

  test("another kind of SavedModel is rejected", async () => {
    const folder = memoryFolder({ "assets/vocab.txt": "[PAD]\n" });
    await expect(fromPretrained(folder)).rejects.toThrow(/neither bert_config\.json nor variables/);
  });
});
