import { dispose, variables } from "@bertkit/nn";
import { expect, it } from "vitest";

import { tinyModel } from "./__fixtures__/tiny-model.ts";
import { pretrainingNames } from "./pretraining-names.ts";

// The keys that Hugging Face's BertForPreTraining saves outside `bert.`, the tied decoder left out.
const headNames = [
  "cls.predictions.bias",
  "cls.predictions.transform.LayerNorm.bias",
  "cls.predictions.transform.LayerNorm.weight",
  "cls.predictions.transform.dense.bias",
  "cls.predictions.transform.dense.weight",
  "cls.seq_relationship.bias",
  "cls.seq_relationship.weight",
];

it("pretrainingNames names every variable of { encoder, maskedLm, nextSentence } once", () => {
  const model = tinyModel();
  const names = [...variables(model).keys()].map((path) => {
    const general = path.replace(/layers\.0\./, "layers.{i}.");
    const rules = pretrainingNames.filter((rule) => rule.path === general);
    expect(rules.length, path).toBe(1);
    return rules[0]!.name;
  });
  dispose(model);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !name.startsWith("bert.")).sort()).toEqual(headNames);
  expect(names).toContain("bert.encoder.layer.{i}.attention.self.query.weight");
});
