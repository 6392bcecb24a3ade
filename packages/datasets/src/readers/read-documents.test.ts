import { createReadStream } from "node:fs";
import { sharedData } from "@bertkit/testing";
import { describe, expect, it } from "vitest";
import { collect } from "../iterables/collect.ts";
import { readDocuments } from "./read-documents.ts";

describe("readDocuments", () => {
  it("ends a document at one or more empty lines", async () => {
    expect(await collect(readDocuments("\n a b \nc\r\n \n\n\nd"))).toEqual([["a b", "c"], ["d"]]);
    expect(await collect(readDocuments(" \n"))).toEqual([]);
  });

  // The documents that create_pretraining_data.py reads from the same lines.
  it.each([
    ["a\n\ufeff\nb", [["a", "\ufeff", "b"]]],
    ["a\n\x85\nb", [["a"], ["b"]]],
    ["a\n\x1c\x1f\nb", [["a"], ["b"]]],
    ["\x1ea\x85\n\u200b\nb", [["a", "\u200b", "b"]]],
    ["a\rb\n\r\r\nc\r\n", [["ab"], ["c"]]],
    ["a\u2028b\n\u2029\nc", [["a\u2028b"], ["c"]]],
  ])("treats as white space what Python does: %j", async (text, documents) => {
    expect(await collect(readDocuments(text))).toEqual(documents);
    expect(await collect(readDocuments(new TextEncoder().encode(text)))).toEqual(documents);
  });

  it.skipIf(!sharedData)("reads google-research/bert's sample: 3 documents of 3, 13 and 15 sentences", async () => {
    const documents = await collect(readDocuments(createReadStream(`${sharedData}/corpora/sample_text.txt`)));
    expect(documents.map((document) => document.length)).toEqual([3, 13, 15]);
  });
});
