import { expect, it } from "vitest";
import { flatDocuments } from "./flat-document.ts";

it("joins sentences, and drops those without tokens", () => {
  const documents = [[[5, 6], [], Int32Array.of(7)], [], [[]], [[8]]];
  expect(flatDocuments("f", documents, 10)).toEqual([
    { ids: Int32Array.of(5, 6, 7), starts: Int32Array.of(0, 2, 3) },
    { ids: Int32Array.of(8), starts: Int32Array.of(0, 1) },
  ]);
});

it.each([
  [[[[5, 10]]], "f: documents[0] has the id 10, outside a vocabulary of 10."],
  [[[[5]], [Int32Array.of(-1)]], "f: documents[1] has the id -1, outside a vocabulary of 10."],
  [[[[1.5]]], "f: a sentence must be a list of token ids, got 1.5 at 0."],
  [[[["a"]]], 'got "a" at 0.'],
  [[[[1, NaN]]], "got NaN at 1."],
])("rejects the ids of %j", (documents, message) => {
  expect(() => flatDocuments("f", documents as never, 10)).toThrow(RangeError);
  expect(() => flatDocuments("f", documents as never, 10)).toThrow(message);
});
