import { AlignedCharacters } from "../normalizers/aligned-characters.ts";
import { cleaning, lowering } from "../normalizers/steps.ts";
import { strippedOfAccents } from "../normalizers/strip-accents.ts";
import { BARE_SPACE, CharacterData, DROPPED, NONSPACING_MARK, PUNCTUATION } from "../unicode/character-data.ts";
import { control14, decomposing14, nonspacingMark14, punctuation14 } from "../unicode/dialect-tables.ts";
import { lowercase14 } from "../unicode/tables.ts";
import { codePoints } from "./code-points.ts";
import type { Dialect } from "./dialect.ts";
import { CAPITAL_SIGMA, lowerSigma } from "./final-sigma.ts";

/**
 * google-research/bert, `tokenization.py`, under CPython 3.11: Unicode 14.0 throughout. It first lowercases each
 * whitespace-separated token, so that a final capital sigma becomes ς, then strips accents.
 */
export const google: Dialect = {
  name: "google",
  maxWordCharacters: 200,
  wordSize: codePoints,
  contextualUnit: CAPITAL_SIGMA,
  readCharacters() {
    const data = new CharacterData(0x2b820, decomposing14);
    data.markTables(DROPPED, control14);
    // The Python code tests for \t \n \r and Zs; str.split adds U+2028 and U+2029.
    data.markSpaces();
    data.mark(BARE_SPACE, 0xb, 0xd);
    data.mark(BARE_SPACE, 0x1c, 0x20);
    data.mark(BARE_SPACE, 0x85, 0x86);
    data.markTables(PUNCTUATION, punctuation14);
    data.markTables(NONSPACING_MARK, nonspacingMark14);
    data.markLowercase(lowercase14);
    return data;
  },
  normalizing: (steps) => (data) => {
    const clean = cleaning(steps, data);
    const lower = lowering(data);
    return (text) => {
      let characters = AlignedCharacters.of(text, false).map(clean);
      if (steps.lowercase) {
        const { points } = characters;
        characters = characters.map((point, push, index) =>
          point === CAPITAL_SIGMA ? push(lowerSigma(points, index)) : lower(point, push, index),
        );
      }
      return steps.stripAccents ? strippedOfAccents(characters, data) : characters;
    };
  },
};
