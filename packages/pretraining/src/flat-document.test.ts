import { expect, it } from "vitest";
import { flatDocuments } from "./flat-document.ts";

it("joins sentences, and drops those without tokens", () => {
  const documents = [[[5, 6], [], Int32Array.of(7)], [], [[]], [[8]]];
  expect(flatDocuments(documents)).toEqual([
    { ids: Int32Array.of(5, 6, 7), starts: Int32Array.of(0, 2, 3) },
    { ids: Int32Array.of(8), starts: Int32Array.of(0, 1) },
  ]);
});
