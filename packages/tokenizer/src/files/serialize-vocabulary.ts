import type { Vocabulary } from "../vocabulary/vocabulary.ts";

/** The text of vocab.txt; every line ends with \n. */
export function serializeVocabulary(vocabulary: Vocabulary): string {
  return vocabulary.tokens.map((token) => `${token}\n`).join("");
}
