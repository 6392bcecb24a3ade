import { expect, it } from "vitest";
import type { GlueTaskName } from "./glue-tasks.ts";
import { readGlue } from "./read-glue.ts";
import { readRace } from "./read-race.ts";
import { readSts } from "./read-sts.ts";
import { readBoolQ, readCopa } from "./read-super-glue.ts";
import { readXnli } from "./read-xnli.ts";

it("refuses a split or a language that no row has", async () => {
  const pairs = "sentence1,sentence2,score,split\na,b,1,train\nc,d,2,dev\n";
  expect(await readSts(pairs, { split: "dev" }).toArray()).toHaveLength(1);
  await expect(readSts(pairs, { split: "test" }).toArray()).rejects.toThrow("none of 2 pairs is of the split test.");
  const xnli = "language\tgold_label\tsentence1\tsentence2\nsw\tneutral\ta\tb\nen\tneutral\tc\td\n";
  await expect(readXnli(xnli, { language: "ES" }).toArray()).rejects.toThrow(
    'readXnli: there is no pair of the language "ES"; there are sw, en.',
  );
  expect(await readXnli("language\tgold_label\tsentence1\tsentence2\n", { language: "en" }).toArray()).toEqual([]);
});

it("refuses white space and a list as a label, and names the reader", async () => {
  const row = (label: unknown): string => `${JSON.stringify({ question: "q", passage: "p", label })}\n`;
  for (const label of [" ", []])
    await expect(readBoolQ(row(label)).toArray()).rejects.toThrow('readBoolQ: line 1, column "label": expected one of');
  expect(await readBoolQ(row("")).toArray()).toMatchObject([{ label: undefined }]);
  expect(() => readCopa("", { onBadRow: "skip" as never })).toThrow("readCopa: ");
});

it("refuses RACE's answers as a text, and reads null as none", async () => {
  const article = {
    article: "a",
    questions: ["q", "r"],
    options: [
      ["x", "y"],
      ["z", "w"],
    ],
  };
  await expect(readRace([JSON.stringify({ ...article, answers: "AB" })]).toArray()).rejects.toThrow("readRace: ");
  const read = await readRace([JSON.stringify({ ...article, answers: null })]).toArray();
  expect(read.map(({ label }) => label)).toEqual([undefined, undefined]);
});

it("does not take a name that every object has for a GLUE task", () => {
  expect(() => readGlue("constructor" as GlueTaskName, "")).toThrow('readGlue: no such task, got "constructor".');
});
