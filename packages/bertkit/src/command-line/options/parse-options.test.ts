import { wholeNumber } from "@bertkit/checks";
import { describe, expect, expectTypeOf, it } from "vitest";
import { UsageError } from "../usage-error.ts";
import { choiceOption, flag, listOption, numberOption, textOption } from "./option.ts";
import { optionsHelp } from "./options-help.ts";
import { parseOptions } from "./parse-options.ts";

const options = {
  out: textOption("FILE", "where to write"),
  batchSize: numberOption(wholeNumber(1), "examples in an update"),
  labels: listOption("A,B,…", "the labels"),
  layout: choiceOption(["lines", "prose"], "layout of the text"),
  lowercase: flag("lowercase the text"),
};

describe("parseOptions", () => {
  it("gives typed values by name, and operands", () => {
    const { values, operands } = parseOptions(
      ["a", "--batch-size", "8", "--labels=x,y", "--layout", "prose", "--no-lowercase", "--", "--out"],
      options,
    );
    expectTypeOf(values.batchSize).toEqualTypeOf<number | undefined>();
    expectTypeOf(values.layout).toEqualTypeOf<"lines" | "prose" | undefined>();
    expect(values).toEqual({ batchSize: 8, labels: ["x", "y"], layout: "prose", lowercase: false });
    expect(operands).toEqual(["a", "--out"]);
  });

  it.each([
    [["--batchsize", "8"], "Unknown option '--batchsize'. Did you mean --batch-size?"],
    [["--label", "x"], "Unknown option '--label'. Did you mean --labels?"],
    [["--no-lowercased"], "Unknown option '--no-lowercased'. Did you mean --lowercase?"],
    [["--temperature", "1"], "Unknown option '--temperature'"],
    [
      ["--batch-size", "-1"],
      "Option '--batch-size' argument is ambiguous: write a value that begins with a dash as --batch-size=-…",
    ],
    [["--batch-size", "0"], '--batch-size must be a whole number of at least 1, got "0"'],
    [["--batch-size", ""], '--batch-size must be a whole number of at least 1, got ""'],
    [["--layout", "verse"], '--layout must be one of lines, prose, got "verse"'],
    [["--labels", "x,,y"], "--labels has an empty name between its commas"],
    [["--out"], "Option '--out <value>' argument missing"],
    [["--lowercase=yes"], "Option '--lowercase' does not take an argument"],
  ])("rejects %j", (args, message) => {
    expect(() => parseOptions(args, options)).toThrow(new UsageError(message));
  });
});

it("wraps help into two columns", () => {
  const { out, layout } = options;
  expect(optionsHelp({ out, layout: { ...layout, help: "word ".repeat(30).trim() } })).toBe(
    `  --out FILE     where to write\n  --layout NAME  ${"word ".repeat(16).trim()}\n${" ".repeat(17)}${"word ".repeat(14).trim()}\n`,
  );
});
