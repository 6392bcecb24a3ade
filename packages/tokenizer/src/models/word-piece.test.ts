import * as fc from "fast-check";
import { expect, test } from "vitest";
import { PieceBuffer } from "../pipeline/piece-buffer.ts";
import { Vocabulary } from "../vocabulary/vocabulary.ts";
import { WordPiece } from "./word-piece.ts";

function pieces(model: WordPiece, word: string): string[] {
  const buffer = new PieceBuffer(1);
  model.tokenize(word, 0, word.length, buffer);
  return Array.from(buffer.ids.subarray(0, buffer.length), (id) => model.vocabulary.token(id));
}

/** The definition: the longest match, by trying all lengths. */
function byDefinition(vocabulary: Vocabulary, word: string): string[] {
  const found: string[] = [];
  for (let start = 0; start < word.length;) {
    let end = word.length;
    while (end > start && vocabulary.id((start > 0 ? "##" : "") + word.slice(start, end)) === undefined) end--;
    if (end === start) return ["[UNK]"];
    found.push((start > 0 ? "##" : "") + word.slice(start, end));
    start = end;
  }
  return found;
}

test("unaffable, as in google-research/bert's tokenization_test.py", () => {
  const vocabulary = new Vocabulary(["[UNK]", "[CLS]", "[SEP]", "want", "##want", "##ed", "wa", "un", "runn", "##ing"]);
  const model = new WordPiece({ vocabulary });
  expect(pieces(model, "unwanted")).toEqual(["un", "##want", "##ed"]);
  expect(pieces(model, "running")).toEqual(["runn", "##ing"]);
  expect(pieces(model, "unwantedX")).toEqual(["[UNK]"]);
});

test("always takes the longest piece, with any vocabulary", () => {
  const piece = fc.string({ unit: fc.constantFrom("a", "b", "c", "é"), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.boolean(), piece), { maxLength: 60, selector: String }),
      fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c", "é"), minLength: 1, maxLength: 12 })),
      (list, words) => {
        const vocabulary = new Vocabulary([
          "[UNK]",
          ...list.map(([continues, text]) => (continues ? "##" : "") + text),
        ]);
        const model = new WordPiece({ vocabulary });
        for (const word of words) expect(pieces(model, word)).toEqual(byDefinition(vocabulary, word));
      },
    ),
  );
});

test("a word longer than the limit, in code points, is unknown", () => {
  const vocabulary = new Vocabulary(["[UNK]", "𠀀", "##𠀀"]);
  expect(pieces(new WordPiece({ vocabulary }), "𠀀".repeat(100))).toHaveLength(100);
  expect(pieces(new WordPiece({ vocabulary }), "𠀀".repeat(101))).toEqual(["[UNK]"]);
  expect(pieces(new WordPiece({ vocabulary, maxWordCharacters: 200 }), "𠀀".repeat(200))).toHaveLength(200);
});

test("says that the unknown token is missing", () => {
  expect(() => new WordPiece({ vocabulary: new Vocabulary(["a"]) })).toThrow(
    /unknown token "\[UNK\]" is not in the vocabulary/,
  );
});
