import type { PretrainedParts } from "./pretrained.ts";

/** Throws, in the name of `where`, unless parts belong to one model. */
export function checkParts(
  where: string,
  { config, tokenizer, encoder, maskedLm, classifier, tokenClassifier, questionAnswerer }: PretrainedParts,
): void {
  const [vocabularySize, hiddenSize] = encoder.embeddings.word.table.shape;
  const facts: [keyof typeof config, unknown][] = [
    ["vocabularySize", vocabularySize],
    ["hiddenSize", hiddenSize],
    ["hiddenLayers", encoder.layers.length],
    ["pooler", encoder.pooler !== undefined],
  ];
  for (const [name, fact] of facts) {
    if (config[name] !== fact)
      throw new Error(
        `${where}: config.${name} is ${config[name]}, the encoder's ${String(fact)}. Pass the config that it was made from.`,
      );
  }
  if (tokenizer.vocabulary.size > config.vocabularySize)
    throw new Error(
      `${where}: the tokenizer has ${tokenizer.vocabulary.size} tokens, the encoder ${config.vocabularySize}. Pass the tokenizer that it was trained with.`,
    );
  if (classifier && tokenClassifier)
    throw new Error(`${where}: a folder holds one classifier, got two. Save the other in a folder of its own.`);
  const own =
    (maskedLm?.decoder ?? encoder.embeddings.word) === encoder.embeddings.word &&
    [classifier, tokenClassifier, questionAnswerer].every((head) => head === undefined || head.encoder === encoder);
  if (!own)
    throw new Error(
      `${where}: a head belongs to another encoder. Save each encoder with its own heads, in a folder of its own.`,
    );
}
