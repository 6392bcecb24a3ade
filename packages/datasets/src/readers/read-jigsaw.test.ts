import { createReadStream } from "node:fs";
import { sharedData } from "@bertkit/testing";
import { describe, expect, it } from "vitest";
import { collect } from "../iterables/collect.ts";
import { jigsawLabels, readJigsaw } from "./read-jigsaw.ts";

const header = `id,comment_text,${jigsawLabels.join()}\n`;

describe("readJigsaw", () => {
  it("reads comments with their labels, and comments without", async () => {
    expect(await collect(readJigsaw(`${header}a1,"You ""sir"",\nare",1,0,1,0,0,0\n`))).toEqual([
      { id: "a1", text: 'You "sir",\nare', labels: [1, 0, 1, 0, 0, 0] },
    ]);
    expect(await collect(readJigsaw("id,comment_text\na1,x\n"))).toEqual([{ id: "a1", text: "x", labels: undefined }]);
  });

  it("names the position of a label that is not 0 or 1, or skips the row", async () => {
    const text = `${header}1,"a\nb",0,0,0,0,0,0\n2,c,0,0,-1,0,0,0\n`;
    await expect(collect(readJigsaw(text, { file: "train.csv" }))).rejects.toThrow(
      'train.csv, line 4, column "obscene": expected 0 or 1, got "-1".',
    );
    expect(await collect(readJigsaw(text, { onBadRow: () => {} }))).toHaveLength(1);
    await expect(collect(readJigsaw("id,text\n1,a\n"))).rejects.toThrow(
      'column "comment_text": no such column; the columns are id, text.',
    );
  });

  it.each(jigsawLabels)("names the missing column %s", async (label) => {
    const renamed = `${header.replace(`,${label}`, ",x")}1,a,0,0,0,0,0,0\n`;
    await expect(collect(readJigsaw(renamed))).rejects.toThrow(`line 2, column "${label}": no such column`);
  });

  it.skipIf(!sharedData)("reads the real file: 567 comments, the label counts of its README", async () => {
    const examples = await collect(readJigsaw(createReadStream(`${sharedData}/multi-label/jigsaw-567.csv`)));
    expect(examples).toHaveLength(567);
    expect(jigsawLabels.map((_, i) => examples.reduce((sum, { labels }) => sum + labels![i]!, 0))).toEqual([
      63, 5, 37, 4, 34, 9,
    ]);
    for (const { id } of examples) expect(id).toMatch(/^[0-9a-f]{16}$/);
  });
});
