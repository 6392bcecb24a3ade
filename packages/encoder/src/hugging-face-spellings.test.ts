import { expect, it } from "vitest";

import { huggingFaceSpellings } from "./hugging-face-spellings.ts";

it("adds old names of norms, and adds or removes the prefix", () => {
  expect(huggingFaceSpellings("bert.pooler.dense.bias")).toEqual(["pooler.dense.bias"]);
  expect(huggingFaceSpellings("embeddings.LayerNorm.weight")).toEqual([
    "bert.embeddings.LayerNorm.weight",
    "embeddings.LayerNorm.gamma",
    "bert.embeddings.LayerNorm.gamma",
  ]);
  expect(huggingFaceSpellings("cls.predictions.transform.LayerNorm.bias")).toContain(
    "cls.predictions.transform.LayerNorm.beta",
  );
});
