import { dispose, Rng, variables } from "@bertkit/nn";
import { expect, it } from "vitest";

import { tinyEncoder } from "../__fixtures__/tiny-classifier-parts.ts";
import { QuestionAnswerer } from "./question-answerer.ts";
import { questionAnsweringNames, questionAnsweringTensorflowNames } from "./question-answering-names.ts";

it.each([
  ["Hugging Face", questionAnsweringNames, "bert.", ["qa_outputs.weight", "qa_outputs.bias"]],
  [
    "google-research/bert",
    questionAnsweringTensorflowNames,
    "bert/",
    ["cls/squad/output_weights", "cls/squad/output_bias"],
  ],
] as const)("%s names every variable once", (_, table, prefix, own) => {
  const model = new QuestionAnswerer({ encoder: tinyEncoder(), rng: new Rng(0) });
  const names = [...variables(model).keys()].map((path) => {
    const rules = table.filter((rule) => rule.path === path.replace("layers.0.", "layers.{i}."));
    expect(rules.length, path).toBe(1);
    return rules[0]!.name;
  });
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !name.startsWith(prefix))).toEqual(own);
  dispose(model);
});
