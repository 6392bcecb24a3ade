import { expect, it } from "vitest";

it("exports these names", async () => {
  expect(Object.keys(await import("./index.ts")).toSorted()).toEqual([
    "MetricError", "accuracy", "averagePrecision", "confusionMatrix", "entities", "entityF1", "matthewsCorrelation",
    "multiLabelPrecisionRecallF1", "multiLabelRocAuc", "normalizeAnswer", "pearson", "perplexity", "precisionRecallF1",
    "precisionRecallF1ByClass", "rocAuc", "spearman", "squadExactMatch", "squadF1", "squadScores", "standardErrorOfMean",
    "standardErrorOfProportion", "standardErrorOfRocAuc",
  ]);
});
