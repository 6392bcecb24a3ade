import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Rng } from "@bertkit/nn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Options } from "./options.ts";
import { heldOutCounts, readExamples } from "./read-examples.ts";

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bertkit-read-examples-"));
  data = join(folder, "train.csv");
  const rows = Array.from({ length: 20 }, (_, i) => `${i},text ${i},${i % 2},0,0,0,0,0`);
  await writeFile(
    data,
    ["id,comment_text,toxic,severe_toxic,obscene,threat,insult,identity_hate", ...rows, ""].join("\n"),
  );
});
afterAll(() => rm(folder, { recursive: true }));

const read = (heldOut: number) =>
  readExamples({ data, format: "jigsaw", limit: 1000, heldOut } as Options & { data: string }, new Rng(0));

describe("readExamples", () => {
  it.each([1, 2, 3, 5, 11, 18])("holds out exactly %d comments, in the file's order", async (count) => {
    const { training, heldOut } = await read(count);
    expect([training.length, heldOut.length]).toEqual([20 - count, count]);
    const number = ({ input }: (typeof heldOut)[number]) => Number((input as string).slice("text ".length));
    for (const part of [training, heldOut])
      expect(part.map(number)).toEqual(part.map(number).toSorted((a, b) => a - b));
    expect([...training, ...heldOut].map(number).toSorted((a, b) => a - b)).toEqual([...Array(20).keys()]);
    const labeled = heldOut.filter(({ label }) => label!.toString() !== "").length;
    expect(Math.abs(labeled - count / 2)).toBeLessThanOrEqual(0.5);
  });

  it("holds out the same comments for a number and the fraction that it is", async () => {
    expect(await read(4)).toEqual(await read(0.2));
  });

  it("rejects a number that leaves too few to train on", async () => {
    await expect(read(19)).rejects.toThrow("--held-out: 19 of 20 comments leave too few to train on.");
  });
});

describe("errors have a cure that the command has", () => {
  const header = "id,comment_text,toxic,severe_toxic,obscene,threat,insult,identity_hate\n";
  it.each<[string, Options["format"], string, RegExp]>([
    [
      "a misnamed label",
      "jigsaw",
      `${header.replace("toxic", "tox")}1,a,0,0,0,0,0,0\n`,
      /column "toxic": no such column/,
    ],
    [
      "bytes that are not UTF-8",
      "jigsaw",
      `${header}1,caf\xe9,0,0,0,0,0,0\n`,
      /, line 2: .*not utf-8 text\. Save it as/,
    ],
    ["a bad label", "jigsaw", `${header}1,a,2,0,0,0,0,0\n`, /expected 0 or 1, got "2"\. Correct the field\.$/],
    ["the other format", "goemotions", `${header}1,a,0,0,0,0,0,0\n`, /but 1 field\. .* Is it --format jigsaw\?$/],
    ["the other format", "jigsaw", "a\t27\tx\nb\t27\ty\n", /Is it --format goemotions\?$/],
  ])("%s, --format %s", async (_, format, content, message) => {
    const wrong = join(folder, "wrong.csv");
    await writeFile(wrong, content, "latin1");
    const options = { data: wrong, format, limit: 10, heldOut: 0.2 } as Options & { data: string };
    const error = await readExamples(options, new Rng(0)).catch((reason: unknown) => reason);
    expect((error as Error).message).toMatch(/^--data: .*wrong\.csv/);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toMatch(/onBadRow|encoding:|readCsv/);
  });
});

describe("heldOutCounts", () => {
  it("adds up, and leaves some of each group in both parts", () => {
    expect(heldOutCounts([10, 10], 1)).toEqual([1, 0]);
    expect(heldOutCounts([7, 13], 3)).toEqual([1, 2]);
    expect(heldOutCounts([3, 997], 10)).toEqual([1, 9]);
    expect(heldOutCounts([1, 9], 8)).toEqual([0, 8]);
    expect(heldOutCounts([12], 10)).toEqual([10]);
    for (let size = 2; size <= 20; size++)
      for (let total = 2; total <= Math.min(18, size + 18); total++) {
        const counts = heldOutCounts([size, 20], total);
        expect(counts[0]! + counts[1]!).toBe(total);
        expect(counts[0]! > 0 && counts[1]! > 0 && counts[0]! < size && counts[1]! < 20).toBe(true);
      }
  });
});
