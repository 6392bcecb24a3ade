import { AlignedCharacters } from "../normalizers/aligned-characters.ts";
import { cleaning, lowering } from "../normalizers/steps.ts";
import { strippedOfAccents } from "../normalizers/strip-accents.ts";
import { BARE_SPACE, CharacterData, DROPPED, NONSPACING_MARK, PUNCTUATION } from "../unicode/character-data.ts";
import { lowercase14, lowercase17, nonspacingMark8, other8, punctuation8 } from "../unicode/tables.ts";
import { codePoints } from "./code-points.ts";
import type { Dialect } from "./dialect.ts";

/**
 * The Rust library tokenizers, 0.23: categories of Unicode 8.0, decomposition of 9.0, lowercase of 17.0. It first
 * strips accents, then lowercases character by character.
 */
export const hfFast: Dialect = {
  name: "hf-fast",
  maxWordCharacters: 100,
  wordSize: codePoints,
  findsSpecialTokens: true,
  oddToLonger: true,
  readCharacters() {
    // The Rust library has 0x2B920 instead of BERT's 0x2B820 (huggingface/tokenizers#2395).
    const data = new CharacterData(0x2b920);
    data.markTables(DROPPED, other8);
    data.markSpaces();
    data.mark(BARE_SPACE, 0xb, 0xd);
    data.mark(BARE_SPACE, 0x85, 0x86);
    data.markTables(PUNCTUATION, punctuation8);
    data.markTables(NONSPACING_MARK, nonspacingMark8);
    data.markLowercase(lowercase14);
    data.markCases(lowercase17);
    return data;
  },
  normalizing: (steps) => (data) => {
    const clean = cleaning(steps, data);
    const lower = lowering(data);
    return (text) => {
      let characters = AlignedCharacters.of(text, true).map(clean);
      if (steps.stripAccents) characters = strippedOfAccents(characters, data);
      return steps.lowercase ? characters.map(lower) : characters;
    };
  },
};
