import { checkObject } from "@bertkit/checks";
import type { BertEmbeddings, FeedForward, PostNormBlock, SelfAttention } from "@bertkit/encoder";
import type { PretrainedParts } from "./pretrained.ts";

const heads: readonly string[] = [
  "maskedLm",
  "nextSentence",
  "classifier",
  "tokenClassifier",
  "multipleChoice",
  "questionAnswerer",
] satisfies readonly (keyof PretrainedParts)[];

/** Throws, prefixed by `where`, unless the parts belong to one model. */
export function checkParts(where: string, parts: PretrainedParts): void {
  checkObject(where, "parts", parts, "{ config, tokenizer, encoder }", "config", "tokenizer", "encoder");
  checkObject(where, "parts.encoder", parts.encoder, "a BERT encoder", "embeddings", "layers");
  const { config, tokenizer, encoder, maskedLm, classifier, tokenClassifier, multipleChoice, questionAnswerer } = parts;
  for (const [name, part] of Object.entries(parts) as [string, unknown][])
    if (typeof part === "object" && part !== null && "encoder" in part && !heads.includes(name))
      throw new TypeError(
        `${where}: there is no part "${name}" of a folder, so this head would not be saved. The heads are ${heads.join(", ")}.`,
      );
  // Fields of parts of another class are not compared: saveOnnx stores what they compute, and checkBert rejects them.
  const { word } = encoder.embeddings as Partial<BertEmbeddings>;
  const [vocabularySize, hiddenSize] = word?.table.shape ?? [config.vocabularySize, encoder.hiddenSize];
  const facts: [keyof typeof config, unknown][] = [
    ["vocabularySize", vocabularySize],
    ["hiddenSize", hiddenSize],
    ["hiddenLayers", encoder.layers.length],
    ["pooler", encoder.pooler !== undefined],
  ];
  for (const { attention, feedForward } of encoder.layers as Partial<PostNormBlock>[]) {
    const { heads } = (attention ?? {}) as Partial<SelfAttention>;
    const { activation } = (feedForward ?? {}) as Partial<FeedForward>;
    if (typeof heads === "number") facts.push(["attentionHeads", heads]);
    if (typeof activation === "string") facts.push(["activation", activation]);
  }
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
    (maskedLm?.decoder ?? word) === word &&
    [classifier, tokenClassifier, multipleChoice, questionAnswerer].every(
      (head) => head === undefined || head.encoder === encoder,
    );
  if (!own)
    throw new Error(
      `${where}: a head belongs to another encoder. Save each encoder with its own heads, in its own folder.`,
    );
}
