import { expect, test } from "vitest";
import { UsageError } from "../usage-error.ts";
import type { DataOptions } from "./data-options.ts";
import { requireUsed } from "./require-used.ts";
import type { Task } from "./task.ts";

/** Each data option alone, with a value. */
const each: readonly DataOptions[] = [
  { text: "a" },
  { pair: "b" },
  { label: ["c"] },
  { labels: ["d"] },
  { problem: "regression" },
  { scheme: "bare" },
  { glue: "CoLA" },
  { format: "csv" },
  { separator: ";" },
  { encoding: "latin1" },
];

function used(task: Task, file: string, training: boolean, more: DataOptions = {}): string[] {
  return each.flatMap((option) => {
    try {
      requireUsed(task, [file], { ...option, ...more }, { training });
      return Object.keys(option);
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      return [];
    }
  });
}

test.each<[Task, string, boolean, string[]]>([
  [
    "classify",
    "a.csv",
    true,
    ["text", "pair", "label", "labels", "problem", "glue", "format", "separator", "encoding"],
  ],
  ["classify", "a.csv", false, ["text", "pair", "label", "glue", "format", "separator", "encoding"]],
  ["rank", "a.jsonl.gz", true, ["text", "pair", "label", "glue", "format", "encoding"]],
  ["embed", "a.parquet", true, ["text", "pair", "label", "glue", "format"]],
  ["choose", "a.tsv", true, ["text", "pair", "label", "format", "separator", "encoding"]],
  ["ner", "a.conll", true, ["labels", "scheme", "format", "encoding"]],
  ["ner", "a.conll", false, ["scheme", "format", "encoding"]],
  ["answer", "a.json", true, ["format", "encoding"]],
  ["answer", "a", false, ["format", "encoding"]],
])("%s on %s (training: %s) has these options", (task, file, training, names) => {
  const format = names.filter((name) => name !== "format");
  expect(used(task, file, training).filter((name) => name !== "format")).toEqual(format);
});

test("the options depend on --format and --glue, and one file that uses an option is enough", () => {
  expect(used("ner", "a.txt", false, { format: "jsonl" })).toEqual(["text", "label", "labels", "format", "encoding"]);
  expect(used("answer", "a", false, { format: "csv" })).toEqual(["text", "format", "separator", "encoding"]);
  expect(used("classify", "a.tsv", true, { glue: "STS-B" })).toEqual(["labels", "problem", "glue", "encoding"]);
  requireUsed("ner", ["a.conll", "b.jsonl"], { scheme: "bio", text: "words" }, { training: true });
});

test("the error names the file and the options for it", () => {
  const check = (task: Task, options: DataOptions) => (): void =>
    requireUsed(task, ["s.csv"], options, { training: false });
  expect(check("classify", { scheme: "bio" })).toThrow(
    "--scheme has no effect on classify with s.csv. Leave it out; options for this are --text, --pair, --label, --glue, --format, --separator, --encoding",
  );
  expect(check("rank", { label: ["a", "b"] })).toThrow("--label names 2 columns, but rank reads one. Name one");
});
