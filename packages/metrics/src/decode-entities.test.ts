import { describe, expect, it } from "vitest";

import { decodeEntities } from "./decode-entities.ts";

const spans = (labels: string): string[] =>
  decodeEntities(labels.split(" ")).map(({ type, start, end }) => `${type} ${start}-${end}`);

describe("decodeEntities", () => {
  it.each([
    ["O O", []],
    ["B-PER I-PER O I-LOC", ["PER 0-2", "LOC 3-4"]],
    ["B-PER B-PER I-PER", ["PER 0-1", "PER 1-3"]],
    ["I-ORG I-ORG I-LOC B-LOC", ["ORG 0-2", "LOC 2-3", "LOC 3-4"]],
    ["B-ORG I-LOC I-ORG", ["ORG 0-1", "LOC 1-2", "ORG 2-3"]],
    ["B-creative-work I-creative-work", ["creative-work 0-2"]],
  ])("%s", (labels, expected) => {
    expect(spans(labels)).toEqual(expected);
  });

  it("accepts an empty list", () => {
    expect(decodeEntities([])).toEqual([]);
  });
});
