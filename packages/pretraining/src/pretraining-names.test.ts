import {
  exportVariables,
  importVariables,
  memoryFolder,
  openWeights,
  writeFile,
  writeSafetensors,
} from "@bertkit/checkpoints";
import { dispose, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";

import { tinyModel } from "./__fixtures__/tiny-model.ts";
import { pretrainingCopies, pretrainingNames } from "./pretraining-names.ts";

// The keys that Hugging Face's BertForPreTraining saves outside `bert.`, without the tied decoder.
const headNames = [
  "cls.predictions.bias",
  "cls.predictions.transform.LayerNorm.bias",
  "cls.predictions.transform.LayerNorm.weight",
  "cls.predictions.transform.dense.bias",
  "cls.predictions.transform.dense.weight",
  "cls.seq_relationship.bias",
  "cls.seq_relationship.weight",
];

beforeEach(async () => {
  await tf.setBackend("cpu");
});

describe("pretrainingNames", () => {
  it("names every variable of { encoder, maskedLm, nextSentence }, with Hugging Face's names and shapes", async () => {
    const model = tinyModel();
    const tensors = await exportVariables(model, pretrainingNames);
    const names = [...tensors].map(({ name }) => name);
    expect(names.length).toBe(variables(model).size);
    expect(names.filter((name) => !name.startsWith("bert.")).sort()).toEqual(headNames);
    expect(names).toContain("bert.encoder.layer.0.attention.self.query.weight");
    expect([...tensors].find(({ name }) => name === "cls.seq_relationship.weight")!.shape).toEqual([2, 8]);
    dispose(model);
  });

  it("reads back what it wrote, and tied copies in other files", async () => {
    const [trained, fresh] = [tinyModel(1), tinyModel(2)];
    const tensors = [...(await exportVariables(trained, pretrainingNames))];
    const table = tensors.find(({ name }) => name === "bert.embeddings.word_embeddings.weight")!;
    const folder = memoryFolder();
    await writeFile(
      folder,
      "model.safetensors",
      writeSafetensors([...tensors, { ...table, name: "cls.predictions.decoder.weight" }]),
    );
    const weights = await openWeights(folder);
    await expect(importVariables(fresh, weights, pretrainingNames)).rejects.toThrow(
      /cls\.predictions\.decoder\.weight/,
    );
    await importVariables(fresh, weights, pretrainingNames, { ignore: pretrainingCopies });
    const values = (model: object): Float32Array[] =>
      [...variables(model).values()].map((variable) => variable.dataSync() as Float32Array);
    expect(values(fresh)).toEqual(values(trained));
    dispose([trained, fresh]);
  });
});
