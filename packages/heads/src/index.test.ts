import { expect, it } from "vitest";

it("exports these names", async () => {
  expect(Object.keys(await import("./index.ts")).sort()).toEqual([
    "SequenceClassifier",
    "TokenClassifier",
    "classificationBatch",
    "classificationTensors",
    "classifierNames",
    "classifyTexts",
    "decodeEntities",
    "encodeRows",
    "encodeWords",
    "findEntities",
    "labelTargets",
    "labelsAbove",
    "padRows",
    "predictRows",
    "tagWords",
    "tokenBatch",
    "tokenTensors",
    "topLabel",
  ]);
});
