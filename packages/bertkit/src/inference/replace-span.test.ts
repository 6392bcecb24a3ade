import { expect, test } from "vitest";
import { replaceSpan } from "./replace-span.ts";

test.each([
  ["a [MASK].", 2, 8, "dog", "a dog."],
  ["two [MASK].", 4, 10, "##s", "twos."],
  ["[MASK] [MASK]", 7, 13, "##", "[MASK] ##"],
  ["[MASK]", 0, 6, "##ing", "ing"],
])("%s at %i..%i with %s", (text, start, end, token, result) => {
  expect(replaceSpan(text, start, end, token)).toBe(result);
});
