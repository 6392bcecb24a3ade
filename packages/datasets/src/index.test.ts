import { expect, it } from "vitest";

it("exports these names", async () => {
  expect(Object.keys(await import("./index.ts")).toSorted()).toEqual([
    "DatasetError", "TableRow", "batch", "bucketByLength", "collect", "concat", "filter", "glueTasks", "goEmotionsLabels",
    "iob1ToBio", "jigsawLabels", "map", "readConll", "readCsv", "readDocuments", "readGlue", "readGoEmotions", "readJigsaw",
    "readLines", "readSquad", "readText", "readTsv", "readWikitext", "repeat", "shuffle", "splitHoldout", "splitSentences", "take",
  ]);
});
