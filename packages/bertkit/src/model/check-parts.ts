import type { PretrainedParts } from "./pretrained.ts";

/** Throws, prefixed by `where`, unless the parts belong to one model. */
export function checkParts(
  where: string,
  {
    config,
    tokenizer,
    encoder,
    maskedLm,
    classifier,
    tokenClassifier,
    multipleChoice,
    questionAnswerer,
  }: PretrainedParts,
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
  if ([classifier, tokenClassifier, multipleChoice].filter((head) => head !== undefined).length > 1)
    throw new Error(`${where}: a folder can have one classifier, got two. Save the other in its own folder.`);
  const own =
    (maskedLm?.decoder ?? encoder.embeddings.word) === encoder.embeddings.word &&
    [classifier, tokenClassifier, multipleChoice, questionAnswerer].every(
      (head) => head === undefined || head.encoder === encoder,
    );
  if (!own)
    throw new Error(
      `${where}: a head belongs to another encoder. Save each encoder with its own heads, in its own folder.`,
    );
}
