import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeEntities } from "@bertkit/metrics";
import { sharedData } from "@bertkit/testing";
import { bertTokenizer, parseVocabulary } from "@bertkit/tokenizer";
import { describe, expect, it } from "vitest";

import { encodeWords } from "./encode-words.ts";

/** Sentences of a column file: blank lines between them, word first, label last. */
function readColumns(...path: string[]): { words: string[]; labels: string[] }[] {
  return readFileSync(join(sharedData!, ...path), "utf8")
    .split(/\n\s*\n/)
    .map((block) =>
      block
        .split(/\r?\n/)
        .filter((line) => line.trim() !== "")
        .map((line) => line.trimEnd().split(/[\t ]/)),
    )
    .filter((rows) => rows.length > 0)
    .map((rows) => ({ words: rows.map((row) => row[0]!), labels: rows.map((row) => row.at(-1)!) }));
}

// Skipped if the real corpora are missing.
describe.skipIf(!sharedData)("on real corpora", () => {
  it.each([
    // WNUT 17: its B- labels. CoNLL-2003: Tjong Kim Sang and De Meulder (2003), table 2, development data.
    { path: ["ner", "wnut17", "wnut17train.conll"], entities: 1975 },
    { path: ["ner", "wnut17", "emerging.dev.conll"], entities: 836 },
    { path: ["ner", "wnut17", "emerging.test.annotated"], entities: 1079 },
    { path: ["ner", "conll2003", "valid.txt"], entities: 5942 },
    { path: ["ner", "conll2003-iob1", "eng.testa"], entities: 5942 },
  ])("decodeEntities finds the $entities entities of $path", ({ path, entities }) => {
    const found = readColumns(...path).reduce((total, { labels }) => total + decodeEntities(labels).length, 0);
    expect(found).toBe(entities);
  });

  it("encodeWords finds a first piece for every word of WNUT 17", () => {
    const vocabulary = parseVocabulary(
      readFileSync(join(sharedData!, "vocab", "bert-base-uncased", "vocab.txt"), "utf8"),
    );
    const tokenizer = bertTokenizer({ vocabulary });
    for (const { words } of readColumns("ner", "wnut17", "emerging.dev.conll")) {
      const { ids, firstPieces } = encodeWords(words, tokenizer, 512);
      const pieces = words.map((word) => tokenizer.tokenize(word));
      const firsts = Array.from(firstPieces, (position) =>
        position < 0 ? undefined : tokenizer.vocabulary.token(ids[position]!),
      );
      expect(firsts).toEqual(pieces.map(([first]) => first));
      expect(ids.length).toBe(pieces.flat().length + 2);
    }
  });
});
