import { createReadStream } from "node:fs";
import { sharedData } from "@bertkit/testing";
import { describe, expect, it } from "vitest";
import { collect } from "../iterables/collect.ts";
import { iob1ToBio } from "./iob1-to-bio.ts";
import { type ConllOptions, readConll, type TaggedSentence } from "./read-conll.ts";

const read = (text: string, options?: ConllOptions): Promise<TaggedSentence[]> =>
  collect(readConll(text, { file: "x.conll", ...options }));

describe("readConll", () => {
  it("reads words and tags, sentences and documents", async () => {
    const text =
      "-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\n\n-DOCSTART- -X- O O\n\nPeter NNP B-NP B-PER";
    expect(await read(text)).toEqual([
      { words: ["EU", "rejects"], tags: ["B-ORG", "O"], document: 0 },
      { words: ["Peter"], tags: ["B-PER"], document: 1 },
    ]);
    expect(await read(text, { tagColumn: 2 })).toMatchObject([{ tags: ["B-NP", "B-VP"] }, { tags: ["B-NP"] }]);
    expect(await read("a b\tO\n\t \nc\tB-x\r\n")).toEqual([
      { words: ["a b"], tags: ["O"], document: 0 },
      { words: ["c"], tags: ["B-x"], document: 0 },
    ]);
    expect(await read("gt\n;\n")).toEqual([{ words: ["gt", ";"], tags: undefined, document: 0 }]);
  });

  it("ends a sentence at a -DOCSTART- line without blank lines around it", async () => {
    const text = "-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\n-DOCSTART- -X- O O\nPeter NNP B-NP B-PER\n";
    for (const start of ["-DOCSTART- -X- O O\n\n", ""])
      expect(await read(text.replace(/^.*\n\n/, start))).toEqual([
        { words: ["EU"], tags: ["B-ORG"], document: 0 },
        { words: ["Peter"], tags: ["B-PER"], document: 1 },
      ]);
  });

  it("turns IOB1 into BIO", () => {
    expect(iob1ToBio(["I-PER", "I-PER", "B-PER", "I-LOC", "O", "I-LOC"])).toEqual([
      "B-PER",
      "I-PER",
      "B-PER",
      "B-LOC",
      "O",
      "B-LOC",
    ]);
    expect(iob1ToBio(["B-PER", "I-PER", "O"])).toEqual(["B-PER", "I-PER", "O"]);
  });

  it("names the line and the fix", async () => {
    await expect(read("a\tO\nb\tX\n")).rejects.toThrow(
      'readConll: x.conll, line 2, column 2: expected O, B-TYPE or I-TYPE, got "X".',
    );
    await expect(read("a NN O\nb O\n")).rejects.toThrow(
      'x.conll, line 2: previous lines have 3 columns, this one 2: "b O".',
    );
    await expect(read("a O\n", { wordColumn: 4 })).rejects.toThrow("no column 4 in a line with 2");
  });

  const path = (name: string): string => `${sharedData}/ner/${name}`;
  it.skipIf(!sharedData)("reads WNUT-17", async () => {
    const counts = [];
    for (const name of ["wnut17train.conll", "emerging.dev.conll", "emerging.test.annotated", "emerging.test"]) {
      counts.push((await collect(readConll(createReadStream(path(`wnut17/${name}`)), { file: name }))).length);
    }
    expect(counts).toEqual([3394, 1009, 1287, 1287]);
  });

  it.skipIf(!sharedData)("reads CoNLL-2003, and converts its IOB1 to the same BIO as others do", async () => {
    const train = await collect(readConll(createReadStream(path("conll2003/train.txt"))));
    expect([train.length, train.at(-1)!.document + 1, train.flatMap(({ words }) => words).length]).toEqual([
      14_041, 946, 203_621,
    ]);
    const bio = await collect(readConll(createReadStream(path("conll2003/valid.txt"))));
    expect(await collect(readConll(createReadStream(path("conll2003-iob1/eng.testa")), { scheme: "iob1" }))).toEqual(
      bio,
    );
    expect(bio).toHaveLength(3250);
  });
});
