import { createReadStream } from "node:fs";
import { sharedData } from "@bertkit/testing";
import { describe, expect, it } from "vitest";
import { collect } from "../iterables/collect.ts";
import { readDocuments } from "./read-documents.ts";

describe("readDocuments", () => {
  it("ends a document at an empty line, however many", async () => {
    expect(await collect(readDocuments("\n a b \nc\r\n \n\n\nd"))).toEqual([["a b", "c"], ["d"]]);
    expect(await collect(readDocuments(" \n"))).toEqual([]);
  });

  it.skipIf(!sharedData)("reads google-research/bert's sample: 3 documents of 3, 13 and 15 sentences", async () => {
    const documents = await collect(readDocuments(createReadStream(`${sharedData}/corpora/sample_text.txt`)));
    expect(documents.map((document) => document.length)).toEqual([3, 13, 15]);
  });
});
