import type { BertConfig } from "@bertkit/encoder";
import type { Tokenizer } from "@bertkit/tokenizer";
import { configError } from "../config/config-error.ts";

/**
 * Throws, prefixed by `where`, if a tokenizer can return an id beyond the encoder's tables, where a backend may read
 * any memory.
 */
export function checkIds(where: string, { parts, vocabulary }: Tokenizer, config: BertConfig): void {
  const { vocabularySize, typeVocabularySize } = config;
  if (vocabulary.size > vocabularySize)
    throw configError(
      `${where}: the tokenizer has ${vocabulary.size} tokens, more than the ${vocabularySize} of config.json's vocab_size.`,
    );
  const { addedTokens, postProcessor } = parts;
  const templates = [...postProcessor.single, ...postProcessor.pair];
  const beyond = [...addedTokens, ...templates.filter((part) => "id" in part)].find(({ id }) => id >= vocabularySize);
  if (beyond)
    throw configError(
      `${where}: the tokenizer adds token ${beyond.id}, beyond the ${vocabularySize} of config.json's vocab_size. One of the two files is another model's.`,
    );
  // The pair template of every BERT has type 1, even if the model has only one type and takes no pairs.
  const types = [
    ...postProcessor.single.map(({ typeId }) => [typeId, typeVocabularySize] as const),
    ...postProcessor.pair.map(({ typeId }) => [typeId, Math.max(2, typeVocabularySize)] as const),
  ];
  const wrong = types.find(([typeId, most]) => typeId >= most);
  if (wrong)
    throw configError(
      `${where}: the tokenizer returns token type ${wrong[0]}, beyond the ${typeVocabularySize} of config.json's type_vocab_size. One of the two files is another model's.`,
    );
}
