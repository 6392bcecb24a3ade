import { reject } from "../check-options.ts";
import { TokenizerError } from "../tokenizer-error.ts";
import type { Vocabulary } from "../vocabulary/vocabulary.ts";
import { quoted } from "./json-reader.ts";

/**
 * The text of vocab.txt; every line ends with \n.
 * @throws TokenizerError if a line cannot hold a token, so that it would be read back with other ids
 */
export function serializeVocabulary(vocabulary: Vocabulary): string {
  if (!vocabulary?.tokens) reject(TypeError, "serializeVocabulary", "vocabulary", "a Vocabulary", vocabulary);
  const id = vocabulary.tokens.findIndex(
    (token, place) => /\n|\r$|[^\t ][\t ]+$/.test(token) || (place === 0 && token.startsWith("\ufeff")),
  );
  if (id >= 0)
    throw new TokenizerError(
      "file",
      `serializeVocabulary: a line of vocab.txt cannot hold the token ${quoted(vocabulary.token(id))}, id ${id}. Write tokenizer.json instead, with tokenizerToJson.`,
    );
  return vocabulary.tokens.map((token) => `${token}\n`).join("");
}
