import { expect, it } from "vitest";
import { continuesTag, isTag, tagOf, validTags } from "./index.ts";

it.each([
  ["bio", ["O", "B-PER", "I-PER"], ["PER", "E-PER", "B-", ""]],
  ["iob1", ["O", "B-PER", "I-PER"], ["S-PER"]],
  ["bioes", ["O", "B-PER", "I-PER", "E-PER", "S-PER"], ["L-PER", "U-PER"]],
  ["bilou", ["O", "B-PER", "I-PER", "L-PER", "U-PER"], ["E-PER", "S-PER"]],
  ["bare", ["O", "PER", "B-PER"], [""]],
] as const)("isTag accepts the tags of %s only", (scheme, valid, invalid) => {
  expect(valid.filter((tag) => !isTag(tag, scheme))).toEqual([]);
  expect(invalid.filter((tag) => isTag(tag, scheme))).toEqual([]);
});

it("validTags lists the tags of a scheme", () => {
  expect(validTags("bio")).toBe("O, B-TYPE or I-TYPE");
  expect(validTags("bilou")).toBe("O, B-TYPE, I-TYPE, L-TYPE or U-TYPE");
});

it.each([
  ["B-PER", "I-PER", true],
  ["I-PER", "I-PER", true],
  ["I-PER", "E-PER", true],
  ["I-PER", "B-PER", false],
  ["B-PER", "I-LOC", false],
  ["E-PER", "I-PER", false],
  ["U-PER", "I-PER", false],
  ["O", "I-PER", false],
])("continuesTag: %s, %s: %s", (before, tag, continues) => {
  expect(continuesTag(tagOf(before), tagOf(tag))).toBe(continues);
});
