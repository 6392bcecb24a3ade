import { expect, it } from "vitest";
import { checkDocuments } from "./check-documents.ts";

it.each([
  [undefined, "f: documents must be a list of documents, got undefined"],
  ["text", 'f: documents must be a list of documents, got "text". A text would be taken letter by letter'],
  [[[[5]], null], "f: documents[1] must be a list of lists of token ids, got null"],
  [["text"], 'f: documents[0] must be a list of lists of token ids, got "text"'],
  [[[[5], 7]], "f: documents[0][1] must be a list of token ids, got 7"],
])("rejects %j and names the position", (documents, message) => {
  expect(() => checkDocuments("f", documents as never)).toThrow(TypeError);
  expect(() => checkDocuments("f", documents as never)).toThrow(message);
});

it("accepts lists and typed arrays", () => checkDocuments("f", [[[5], Int32Array.of(6)], []]));
