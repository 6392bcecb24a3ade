import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  exportVariables,
  memoryFolder,
  type MemoryFolder,
  readSafetensors,
  writeSafetensors,
} from "@bertkit/checkpoints";
import { type EncoderInputs } from "@bertkit/encoder";
import { dispose, inference, variables } from "@bertkit/nn";
import { sharedData } from "@bertkit/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import {
  tinyClassifierModel,
  tinyEncoderModel,
  tinyMaskedLmModel,
  tinyPretrainingModel,
  tinyQuestionModel,
  tinyTokenClassifierModel,
} from "../__fixtures__/tiny-model.ts";
import { folderNames } from "./folder-names.ts";
import { fromPretrained } from "./from-pretrained.ts";
import type { Pretrained, PretrainedParts } from "./pretrained.ts";
import { savePretrained } from "./save-pretrained.ts";

beforeAll(() => tf.setBackend("cpu"));

const models: [string, () => PretrainedParts, string[]][] = [
  ["an encoder", tinyEncoderModel, ["BertModel"]],
  [
    "an encoder without a pooler, with other settings",
    () => tinyEncoderModel({ pooler: false, activation: "gelu_tanh", layerNormEpsilon: 1e-6 }),
    ["BertModel"],
  ],
  ["a pretrained model", tinyPretrainingModel, ["BertForPreTraining"]],
  ["a masked language model", () => tinyMaskedLmModel({ pooler: false }), ["BertForMaskedLM"]],
  ["a classifier", tinyClassifierModel, ["BertForSequenceClassification"]],
  ["a multi-label classifier", () => tinyClassifierModel("multi-label"), ["BertForSequenceClassification"]],
  ["a regression", () => tinyClassifierModel("regression", ["score"]), ["BertForSequenceClassification"]],
  ["a token classifier", tinyTokenClassifierModel, ["BertForTokenClassification"]],
  ["a question answerer", tinyQuestionModel, ["BertForQuestionAnswering"]],
];

async function saved(model: PretrainedParts): Promise<MemoryFolder> {
  const folder = memoryFolder();
  await savePretrained(folder, model);
  return folder;
}

/** All outputs, as plain numbers. */
function outputs(parts: PretrainedParts): number[][] {
  const { encoder, maskedLm, nextSentence, classifier, tokenClassifier, questionAnswerer } = parts;
  return tf.tidy(() => {
    const inputs: EncoderInputs = { inputIds: tf.tensor2d([2, 6, 7, 4, 3], [1, 5], "int32") };
    const { sequenceOutput, pooledOutput } = encoder.forward(inputs, inference);
    const tensors = [
      sequenceOutput,
      ...(pooledOutput ? [pooledOutput] : []),
      ...(maskedLm ? [maskedLm.forward(sequenceOutput)] : []),
      ...(nextSentence ? [nextSentence.forward(pooledOutput!)] : []),
      ...(classifier ? [classifier.predict(inputs)] : []),
      ...(tokenClassifier ? [tokenClassifier.predict(inputs)] : []),
      ...(questionAnswerer ? [questionAnswerer.predict(inputs)] : []),
    ];
    return tensors.map((tensor) => Array.from(tensor.dataSync()));
  });
}

describe.each(models)("%s", (_, make, architectures) => {
  test("loaded again is the same to the bit", async () => {
    const model = make();
    const loaded = await fromPretrained(await saved(model));
    expect(loaded.architectures).toEqual(architectures);
    expect(loaded.config).toEqual({ ...model.config, paddingId: 0 });
    expect(loaded.unused).toEqual([]);
    expect(outputs(loaded)).toEqual(outputs(model));
    expect(loaded.classifier?.labels).toEqual(model.classifier?.labels);
    expect(loaded.classifier?.problem).toEqual(model.classifier?.problem);
    expect(loaded.classifier?.dropout.rate).toEqual(model.classifier?.dropout.rate);
    expect(loaded.tokenClassifier?.labels).toEqual(model.tokenClassifier?.labels);
    expect(loaded.tokenizer.tokenize("A good FILM, verily!")).toEqual(model.tokenizer.tokenize("A good FILM, verily!"));
    dispose(model);
    loaded.dispose();
  });

  test("saved again gives the same bytes", async () => {
    const model = make();
    const first = await saved(model);
    const loaded = await fromPretrained(first);
    expect((await saved(loaded)).files).toEqual(first.files);
    dispose(model);
    loaded.dispose();
  });

  test("leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const model = make();
    const loaded = await fromPretrained(await saved(model));
    loaded.dispose();
    dispose(model);
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("pretrained heads and a classifier over the same encoder share a folder", async () => {
  const model = tinyPretrainingModel();
  const { classifier, ...rest } = tinyClassifierModel();
  dispose(rest.encoder);
  const both = { ...model, classifier: Object.assign(classifier, { encoder: model.encoder }) };
  const loaded = await fromPretrained(await saved(both));
  expect(loaded.architectures).toEqual(["BertForPreTraining", "BertForSequenceClassification"]);
  expect(outputs(loaded)).toEqual(outputs(both));
  loaded.dispose();
  dispose(both);
});

test("the weights have Hugging Face's names, the tied decoder only once", async () => {
  const model = tinyPretrainingModel();
  const { tensors } = readSafetensors((await saved(model)).files.get("model.safetensors")!);
  expect([...tensors.keys()].filter((name) => name.startsWith("cls."))).toEqual([
    "cls.predictions.bias",
    "cls.predictions.transform.LayerNorm.bias",
    "cls.predictions.transform.LayerNorm.weight",
    "cls.predictions.transform.dense.bias",
    "cls.predictions.transform.dense.weight",
    "cls.seq_relationship.bias",
    "cls.seq_relationship.weight",
  ]);
  expect(tensors.get("bert.encoder.layer.1.intermediate.dense.weight")!.shape).toEqual([32, 16]);
  expect(tensors.size).toBe(variables(model).size);
  dispose(model);
});

async function withConfig(folder: MemoryFolder, changes: object): Promise<MemoryFolder> {
  const config = JSON.parse(new TextDecoder().decode(folder.files.get("config.json"))) as object;
  await folder.write("config.json", new TextEncoder().encode(JSON.stringify({ ...config, ...changes })));
  return folder;
}

test("tie_word_embeddings: false is only an error with a masked LM, whose decoder has weights of its own", async () => {
  const [classifier, masked] = [tinyClassifierModel(), tinyPretrainingModel()];
  const untied = { tie_word_embeddings: false };
  const loaded = await fromPretrained(await withConfig(await saved(classifier), untied));
  expect(outputs(loaded)).toEqual(outputs(classifier));
  await expect(fromPretrained(await withConfig(await saved(masked), untied))).rejects.toThrow(
    /"tie_word_embeddings" is false, so the decoder of the masked LM has weights of its own/,
  );
  for (const model of [loaded, classifier, masked]) dispose(model);
});

test("a classifier without a pooler labels tokens; architectures of another class are an error", async () => {
  const model = tinyTokenClassifierModel();
  const folder = await saved(model);
  const loaded = await fromPretrained(await withConfig(folder, { architectures: undefined }));
  expect(outputs(loaded)).toEqual(outputs(model));
  expect(loaded.tokenClassifier).toBeDefined();
  await expect(
    fromPretrained(await withConfig(folder, { architectures: ["BertForSequenceClassification"] })),
  ).rejects.toThrow(/needs a pooler, which the weights do not have\. .*\["BertForTokenClassification"\]/);
  for (const each of [loaded, model]) dispose(each);
});

function withClassifier(folder: MemoryFolder, outputs: number): Uint8Array {
  const { tensors } = readSafetensors(folder.files.get("model.safetensors")!);
  const others = [...tensors.values()].filter(({ name }) => !name.startsWith("classifier."));
  return writeSafetensors([
    ...others,
    { name: "classifier.weight", shape: [outputs, 16], data: new Float32Array(outputs * 16) },
    { name: "classifier.bias", shape: [outputs], data: new Float32Array(outputs) },
  ]);
}

describe("files of other programs", () => {
  let folder: MemoryFolder;
  let model: PretrainedParts;
  const rewrite = async (rename: (name: string) => string, extra: string[] = []): Promise<void> => {
    const tensors = await exportVariables({ encoder: model.encoder, maskedLm: model.maskedLm }, folderNames);
    const renamed = tensors.map((tensor) => ({ ...tensor, name: rename(tensor.name) }));
    const more = extra.map((name) => ({ name, shape: [1], data: new Float32Array(1) }));
    await folder.write("model.safetensors", writeSafetensors([...renamed, ...more]));
  };
  const edit = async (fields: object): Promise<void> => {
    const config = JSON.parse(new TextDecoder().decode(folder.files.get("config.json"))) as object;
    await folder.write("config.json", new TextEncoder().encode(JSON.stringify({ ...config, ...fields })));
  };
  const attempt = async (): Promise<Pretrained> => {
    const before = tf.memory().numTensors;
    try {
      return await fromPretrained(folder);
    } catch (error) {
      expect(tf.memory().numTensors, "tensors after a failure").toBe(before);
      throw error;
    }
  };

  test.beforeEach(async () => {
    model = tinyPretrainingModel();
    folder = await saved(model);
    return () => dispose(model);
  });

  test("old names, copies of the decoder and other heads", async () => {
    await rewrite(
      (name) => name.replace(/LayerNorm\.weight$/, "LayerNorm.gamma").replace(/LayerNorm\.bias$/, "LayerNorm.beta"),
      [
        "cls.predictions.decoder.weight",
        "cls.predictions.decoder.bias",
        "bert.embeddings.position_ids",
        "another_head.weight",
      ],
    );
    const loaded = await attempt();
    expect(loaded.unused).toEqual(["another_head.weight"]);
    expect(loaded.nextSentence).toBeUndefined();
    const { nextSentence: _, ...withoutNextSentence } = model;
    expect(outputs(loaded)).toEqual(outputs(withoutNextSentence));
    loaded.dispose();
  });

  test("weights without one of the encoder's variables, by name", async () => {
    await rewrite((name) => name.replace("layer.1.output.dense.weight", "layer.9.output.dense.weight"));
    await expect(attempt()).rejects.toThrow(/1 missing from the file: bert\.encoder\.layer\.1\.output\.dense\.weight/);
  });

  test("a config.json that contradicts the weights", async () => {
    await edit({ intermediate_size: 64 });
    await expect(attempt()).rejects.toThrow(/do not fit config\.json.*expected float32 \[64, 16\], got F32 \[32, 16\]/);
  });

  test("a config.json with fewer layers than the weights", async () => {
    await edit({ num_hidden_layers: 1 });
    await expect(attempt()).rejects.toThrow(
      /do not fit config\.json: with its "num_hidden_layers" .* none uses bert\.encoder\.layer\.1\..*\. Correct "num_hidden_layers"/,
    );
    await rewrite((name) => name.replace(/^bert\./, "").replace(/LayerNorm\.weight$/, "LayerNorm.gamma"));
    await expect(attempt()).rejects.toThrow(/none uses encoder\.layer\.1\./);
  });

  test("labels whose number differs from the outputs', or without names", async () => {
    await folder.write("model.safetensors", withClassifier(folder, 3));
    const loaded = await attempt();
    expect(loaded.classifier!.labels).toEqual(["LABEL_0", "LABEL_1", "LABEL_2"]);
    loaded.dispose();
    await edit({ id2label: { 0: "a", 1: "b" } });
    await expect(attempt()).rejects.toThrow(/names 2 labels, but the classifier has 3 outputs/);
  });

  test("two equal labels", async () => {
    await folder.write("model.safetensors", withClassifier(folder, 2));
    await edit({ id2label: { 0: "a", 1: "a" } });
    await expect(attempt()).rejects.toThrow(/"id2label" has "a" twice/);
  });

  test("missing files, by name", async () => {
    await expect(fromPretrained(memoryFolder())).rejects.toThrow(/no config\.json in memory/);
    const config = folder.files.get("config.json")!;
    await expect(fromPretrained(memoryFolder({ "config.json": config }))).rejects.toThrow(
      /neither tokenizer\.json nor vocab\.txt/,
    );
    const vocab = folder.files.get("vocab.txt")!;
    await expect(fromPretrained(memoryFolder({ "config.json": config, "vocab.txt": vocab }))).rejects.toThrow(
      /has no weights\. Looked for model\.safetensors/,
    );
  });

  test("a tokenizer larger than the encoder", async () => {
    await edit({ vocab_size: 5 });
    await expect(attempt()).rejects.toThrow(/the tokenizer has 22 tokens, more than the 5/);
  });
});

test.skipIf(!sharedData)(
  "a published folder, saved again, has the same weights with the same names (skipped without the shared data)",
  async () => {
    const path = join(sharedData!, "checkpoints/safetensors-bert-L2-H32");
    const model = await fromPretrained(path);
    const { files } = await saved(model);
    const { tensors } = readSafetensors(await readFile(join(path, "model.safetensors")));
    expect(readSafetensors(files.get("model.safetensors")!).tensors).toEqual(tensors);
    model.dispose();
  },
);

describe("savePretrained rejects, and writes nothing", () => {
  const expectRejection = async (parts: PretrainedParts, message: RegExp): Promise<void> => {
    const folder = memoryFolder();
    await expect(savePretrained(folder, parts)).rejects.toThrow(message);
    expect(folder.files.size).toBe(0);
  };

  test("parts that do not belong together", async () => {
    const model = tinyPretrainingModel();
    const other = tinyClassifierModel();
    await expectRejection({ ...model, classifier: other.classifier }, /a head belongs to another encoder/);
    await expectRejection({ ...model, maskedLm: tinyPretrainingModel().maskedLm }, /a head belongs to another encoder/);
    await expectRejection(
      { ...model, config: { ...model.config, hiddenLayers: 3 } },
      /config\.hiddenLayers is 3, the encoder's 2/,
    );
    dispose([model, other]);
  });

  test("a folder that is read-only", async () => {
    const model = tinyEncoderModel();
    await expect(savePretrained("https://example.org/", model)).rejects.toThrow(/example\.org\/ is read-only/);
    dispose(model);
  });
});
