import { expect, test } from "vitest";

import { readExamples } from "./read-examples.ts";

test("reads a label and a sentence from each line", () => {
  expect(readExamples("good: it was: fine\n\nbad: it was dull \ngood: nice\n")).toEqual({
    labels: ["bad", "good"],
    examples: [
      { input: "it was: fine", label: "good" },
      { input: "it was dull", label: "bad" },
      { input: "nice", label: "good" },
    ],
  });
});

test.each([
  ["good: fine\nno label", /Line 2 has no label and sentence/],
  ["good: fine\nbad:", /Line 2 has no label/],
  ["good: fine\ngood: nice", /at least two labels, got 1/],
  ["", /at least two labels, got 0/],
])("rejects %j", (text, message) => {
  expect(() => readExamples(text)).toThrow(message);
});
