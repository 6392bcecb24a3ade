import { AlignedCharacters } from "../normalizers/aligned-characters.ts";
import { cleaning } from "../normalizers/steps.ts";
import { strippedOfAccents } from "../normalizers/strip-accents.ts";
import { TokenizerError } from "../tokenizer-error.ts";
import { CharacterData, DROPPED, NONSPACING_MARK, PUNCTUATION, SPACE, UPPERCASE } from "../unicode/character-data.ts";
import * as tables from "../unicode/dialect-tables.ts";
import type { Dialect } from "./dialect.ts";
import { folding } from "./fold.ts";

/**
 * TF.Text's BertTokenizer, 2.21, as in TF Hub's preprocessors: categories of Unicode 15.0, case folding and
 * decomposition of 16.0. It folds compatibility characters and case (NFKC_Casefold), strips accents, then turns control
 * characters into spaces.
 */
export const tfText: Dialect = {
  name: "tf-text",
  maxWordCharacters: 100,
  wordSize: utf8Bytes,
  /**
   * Control characters are SPACE. Characters that folding removes are DROPPED, even those that are spaces without it.
   */
  readCharacters() {
    const data = new CharacterData(0x2b820, tables.decomposing14, tables.decomposing16);
    data.markTables(SPACE, tables.control14, tables.control15);
    data.mark(SPACE, 0x20, 0x21);
    data.markTables(PUNCTUATION, tables.punctuation14, tables.punctuation15);
    data.markTables(NONSPACING_MARK, tables.nonspacingMark14, tables.nonspacingMark15);
    data.markTables(UPPERCASE, tables.compatible16);
    data.markTables(UPPERCASE | DROPPED, tables.ignorable16);
    data.markCases(tables.caseFolding16);
    data.mark(UPPERCASE, 0xdf, 0xe0);
    data.mark(UPPERCASE, 0x1e9e, 0x1e9f);
    return data;
  },
  normalizing(steps) {
    const { cleanText, lowercase, stripAccents } = steps;
    if (!cleanText || stripAccents !== lowercase) {
      throw new TokenizerError(
        "options",
        `BertNormalizer: the tf-text dialect always cleans text, and strips accents if and only if it lowercases, got cleanText ${cleanText}, lowercase ${lowercase}, stripAccents ${stripAccents}. Omit cleanText and stripAccents, or use another dialect.`,
      );
    }
    return (data) => {
      const clean = cleaning(steps, data, 0);
      const fold = folding(data);
      return (text) => {
        const characters = AlignedCharacters.of(text, true);
        return (lowercase ? strippedOfAccents(characters.map(fold), data) : characters).map(clean);
      };
    };
  },
};

/** Number of UTF-8 bytes of units[0, length). */
function utf8Bytes(units: Uint16Array, length: number): number {
  let count = 0;
  for (let i = 0; i < length; i++) {
    const unit = units[i]!;
    if (unit < 0x80) count += 1;
    else if (unit < 0x800 || (unit & 0xf800) === 0xd800) count += 2;
    else count += 3;
  }
  return count;
}
