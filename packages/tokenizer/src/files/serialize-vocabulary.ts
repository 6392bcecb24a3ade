import type { Vocabulary } from "../vocabulary/vocabulary.ts";

/** Writes vocab.txt, each line ended by \n. */
export function serializeVocabulary(vocabulary: Vocabulary): string {
  return vocabulary.tokens.map((token) => `${token}\n`).join("");
}
