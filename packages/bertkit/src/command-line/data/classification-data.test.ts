import { describe, expect, it } from "vitest";
import { type FileText, labelFor, labelsOf } from "./classification-data.ts";

const textWith = (label: unknown): FileText => ({
  id: undefined,
  input: "good",
  label,
  place: { file: "data.csv, line 2" },
  columns: ["text", "label"],
  hasLabels: true,
});
const texts = (...labels: unknown[]): FileText[] => labels.map(textWith);

describe("labelsOf", () => {
  it.each<[string, unknown[], string]>([
    ["77 class ids, as in Banking77", Array.from({ length: 77 }, (_, id) => String(id)), "single-label"],
    ["77 class ids of a JSON file", Array.from({ length: 77 }, (_, id) => id), "single-label"],
    ["stars", ["1", "5", "-1", "+3"], "single-label"],
    ["bigints of a Parquet file", [1n, 2n], "single-label"],
    ["names", ["good", "3.5"], "single-label"],
    ["hexadecimal names", ["0x1f", "0x2e"], "single-label"],
    ["true and false", [true, false], "single-label"],
    ["fractions", ["1", "3.5"], "regression"],
    ["a whole number with a point", ["1", "5.0"], "regression"],
    ["an exponent", ["1e-3", "2"], "regression"],
    ["a JSON number that is not whole", [1, 2.5], "regression"],
    ["lists", [["a"], []], "multi-label"],
  ])("%s", (_, labels, problem) => {
    expect(labelsOf(texts(...labels), {}).problem).toBe(problem);
  });

  it("is regression for STS-B even with whole scores, single-label for other tasks of GLUE", () => {
    expect(labelsOf(texts(1, 2), { glue: "STS-B" })).toEqual({ problem: "regression", labels: ["score"] });
    expect(labelsOf(texts("0", "1"), { glue: "CoLA" }).problem).toBe("single-label");
  });

  it("gives class ids in the order of their numbers", () => {
    expect(labelsOf(texts("10", "9", "0", "76"), {}).labels).toEqual(["0", "9", "10", "76"]);
  });
});

it("labelFor does not take a number for the index of another number", () => {
  const stars = { problem: "single-label", labels: ["1", "2", "3", "4", "5"] } as const;
  expect(labelFor(textWith("1"), stars)).toBe("1");
  expect(labelFor(textWith(5), stars)).toBe("5");
  for (const label of ["0", 0])
    expect(() => labelFor(textWith(label), stars)).toThrow(
      'data.csv, line 2: no label is called "0"; the labels are 1, 2, 3, 4, 5. Correct the row, or train with this label too.',
    );
  expect(labelFor(textWith("0"), { problem: "single-label", labels: ["blame", "praise"] })).toBe("blame");
});
