import { expect, it } from "vitest";
import { decodeEntities } from "./decode-entities.ts";
import { parseTag, tagSchemeOf, type TagScheme } from "./tags.ts";

// One sentence in every scheme: a person of three words, a person of one word, then two adjacent places.
const sentence: Readonly<Record<TagScheme, string>> = {
  bio: "O B-PER I-PER I-PER O B-PER B-LOC B-LOC I-LOC",
  iob1: "O I-PER I-PER I-PER O I-PER I-LOC B-LOC I-LOC",
  bioes: "O B-PER I-PER E-PER O S-PER S-LOC B-LOC E-LOC",
  bilou: "O B-PER I-PER L-PER O U-PER U-LOC B-LOC L-LOC",
  bare: "O PER PER PER O PER LOC LOC LOC",
};

it.each(Object.entries(sentence))("reads entities in %s", (scheme, tags) => {
  const found = decodeEntities(tags.split(" "), { scheme: scheme as TagScheme });
  const places = found.map(({ type, start, end }) => `${type} ${start}-${end}`);
  expect(places).toEqual(["PER 1-4", "PER 5-6", ...(scheme === "bare" ? ["LOC 6-9"] : ["LOC 6-7", "LOC 7-9"])]);
  expect(tagSchemeOf([...new Set(tags.split(" ").filter((tag) => scheme !== "iob1" || !tag.startsWith("B-")))])).toBe(
    scheme,
  );
});

it("reads sequences that no scheme allows as seqeval does by default", () => {
  const spans = (tags: string): string[] =>
    decodeEntities(tags.split(" ")).map(({ type, start, end }) => `${type} ${start}-${end}`);
  // seqeval.metrics.sequence_labeling.get_entities of seqeval 1.2.2 gives these.
  expect(spans("E-A E-A")).toEqual(["A 0-1", "A 1-2"]);
  expect(spans("S-A I-A E-A O I-A E-B")).toEqual(["A 0-1", "A 1-3", "A 4-5", "B 5-6"]);
  expect(spans("B-A E-A I-A")).toEqual(["A 0-2", "A 2-3"]);
});

it("finds no scheme if labels have prefixes of two schemes, or no O", () => {
  expect(tagSchemeOf(["O", "E-A", "L-A"])).toBe(undefined);
  expect(tagSchemeOf(["O", "B-A", "PER"])).toBe(undefined);
  expect(tagSchemeOf(["B-A", "I-A"])).toBe(undefined);
  expect(parseTag("U-creative-work")).toEqual({ type: "creative-work", begins: true, ends: true });
  expect(parseTag("X-ray")).toEqual({ type: "X-ray", begins: false, ends: false });
});
