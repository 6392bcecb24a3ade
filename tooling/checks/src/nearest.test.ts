import { expect, it } from "vitest";
import { didYouMean, nearest } from "./nearest.ts";

const names = [
  "epochs",
  "eval",
  "batch",
  "rate",
  "length",
  "out",
  "batchSize",
  "label",
  "labels",
  "nullAnswers",
  "port",
];

it.each([
  ["epoch", "epochs"],
  ["epcohs", "epochs"],
  ["batch-size", "batchSize"],
  ["batchsize", "batchSize"],
  ["null_answer", "nullAnswers"],
  ["learning-rate", "rate"],
  ["max_length", "length"],
  ["output", "out"],
  ["lable", "label"],
  ["prot", "port"],
  ["otu", "out"],
  ["evaluation", "eval"],
  ["temperature", undefined],
  ["x", undefined],
  ["", undefined],
])("nearest to %s: %s", (name, expected) => {
  expect(nearest(name, names)).toBe(expected);
});

it("didYouMean is a sentence, or nothing", () => {
  expect(didYouMean("epoch", names)).toBe(" Did you mean epochs?");
  expect(didYouMean("epoch", names, (name) => `--${name}`)).toBe(" Did you mean --epochs?");
  expect(didYouMean("temperature", names)).toBe("");
});

it("takes little time for long names", () => {
  expect(nearest("x".repeat(1_000_000), names)).toBeUndefined();
});
