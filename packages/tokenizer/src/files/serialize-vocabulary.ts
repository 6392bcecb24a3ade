import { reject } from "../check-options.ts";
import type { Vocabulary } from "../vocabulary/vocabulary.ts";

/** The text of vocab.txt; every line ends with \n. */
export function serializeVocabulary(vocabulary: Vocabulary): string {
  if (!vocabulary?.tokens) reject(TypeError, "serializeVocabulary", "vocabulary", "a Vocabulary", vocabulary);
  return vocabulary.tokens.map((token) => `${token}\n`).join("");
}
