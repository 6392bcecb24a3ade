import { expect, it } from "vitest";

it("exports these names", async () => {
  expect(Object.keys(await import("./index.ts")).sort()).toEqual([
    "MaskedLmHead",
    "NextSentenceHead",
    "PythonRandom",
    "countTokens",
    "createInstances",
    "documentIds",
    "evaluatePretraining",
    "fillMask",
    "logUnigramFrequencies",
    "maskedLm",
    "nextSentence",
    "objective",
    "pretrainingBatch",
    "pretrainingBatches",
    "pretrainingCopies",
    "pretrainingInstances",
    "pretrainingNames",
    "pretrainingTensors",
    "pretrainingVocabulary",
    "sum",
  ]);
});
