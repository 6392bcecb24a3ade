import { describe, expect, it } from "vitest";

import { tinyTokenizer } from "../__fixtures__/tiny-classifier-parts.ts";
import { classificationBatch, labelTargets } from "./classification-batch.ts";
import { topLabel } from "./classify-texts.ts";

describe("classificationBatch", () => {
  it("encodes, pads to a multiple and converts labels to indices", () => {
    const tokenizer = tinyTokenizer();
    const examples = [
      { input: "good film", label: "yes" },
      { input: ["good", "bad plot"] as const, label: "no" },
    ];
    const batch = classificationBatch(
      examples,
      tokenizer,
      { labels: ["no", "yes"], problem: "single-label" },
      { lengthMultiple: 4 },
    );
    const id = (token: string): number => tokenizer.vocabulary.id(token)!;
    expect(batch.shape).toEqual([2, 8]);
    expect([...batch.inputIds]).toEqual(
      "[CLS] good film [SEP] [PAD] [PAD] [PAD] [PAD] [CLS] good [SEP] bad plot [SEP] [PAD] [PAD]".split(" ").map(id),
    );
    expect([...batch.attentionMask]).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0]);
    expect([...batch.tokenTypeIds]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0]);
    expect(batch.labels).toEqual(Int32Array.of(1, 0));
  });

  it("never pads beyond maxLength and truncates to it", () => {
    const examples = [{ input: "very very very very very", label: "a" }];
    const batch = classificationBatch(
      examples,
      tinyTokenizer(),
      { labels: ["a"], problem: "single-label" },
      { maxLength: 5 },
    );
    expect(batch.shape).toEqual([1, 5]);
  });

  it("names the example that has other fields", () => {
    const examples = [{ input: "good film", label: "a" }, { text: "bad plot", label: "a" } as never];
    const batch = (): unknown => classificationBatch(examples, tinyTokenizer(), { labels: ["a"], problem: "single-label" }); // prettier-ignore
    expect(batch).toThrow("examples[1] must be { input, label }, got an object without input. Pass { input, label }.");
  });
});

describe("labelTargets", () => {
  it("converts names to ones, and keeps numbers", () => {
    const labels = ["a", "b", "c"];
    expect(labelTargets([["c", "a"], []], { labels, problem: "multi-label" })).toEqual(
      Float32Array.of(1, 0, 1, 0, 0, 0),
    );
    expect(labelTargets([0.5, -2], { labels: ["x"], problem: "regression" })).toEqual(Float32Array.of(0.5, -2));
  });

  it("names the wrong label", () => {
    expect(() => labelTargets(["d"], { labels: ["a", "b"], problem: "single-label" })).toThrow(
      /unknown label "d". Use one of "a", "b"/,
    );
    expect(() => labelTargets([["d"]], { labels: ["a"], problem: "multi-label" })).toThrow(/unknown label "d"/);
    expect(() => labelTargets([1], { labels: ["a"], problem: "single-label" })).toThrow(
      /needs the name of a label, got 1/,
    );
    expect(() => labelTargets([[1, 2]], { labels: ["a"], problem: "regression" })).toThrow(
      /needs 1 numbers, got a list of 2/,
    );
  });
});

describe("topLabel", () => {
  it("chooses the first of equal scores", () => {
    expect(
      topLabel([
        { label: "a", score: 0.2 },
        { label: "b", score: 0.4 },
        { label: "c", score: 0.4 },
      ]).label,
    ).toBe("b");
    expect(() => topLabel([])).toThrow(/needs at least one score/);
  });
});
