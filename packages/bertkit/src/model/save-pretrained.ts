import { exportVariables, type Folder, writeFile, writeSafetensors } from "@bertkit/checkpoints";
import {
  serializeVocabulary,
  specialTokensMapToJson,
  tokenizerConfigToJson,
  tokenizerToJson,
} from "@bertkit/tokenizer";
import { type FolderConfig, huggingFaceConfigText } from "../config/hugging-face-config.ts";
import { bareEncoderNames, folderNames } from "./folder-names.ts";
import { folderOf } from "./folder-of.ts";
import type { PretrainedParts } from "./pretrained.ts";

/**
 * Saves a model as a Hugging Face folder, which `AutoModel.from_pretrained` and `fromPretrained` load: config.json,
 * model.safetensors, vocab.txt, tokenizer.json, tokenizer_config.json, special_tokens_map.json. The same model gives
 * the same bytes. config.json is written last, so a folder that has one is complete.
 *
 * @param folder a path in Node, or any `Folder` that can be written
 * @throws where the parts do not belong together, before anything is written
 */
export async function savePretrained(folder: string | Folder, parts: PretrainedParts): Promise<void> {
  checkParts(parts);
  const { encoder, maskedLm, nextSentence, classifier, tokenClassifier } = parts;
  const heads = { maskedLm, nextSentence, classifier, tokenClassifier };
  const bare = Object.values(heads).every((head) => head === undefined);
  const target = await folderOf(folder);
  const tensors = await exportVariables({ encoder, ...heads }, bare ? bareEncoderNames : folderNames);
  await writeFile(target, "model.safetensors", writeSafetensors(tensors));
  await writeConfigAndTokenizer(target, parts, architecturesOf(parts));
}

/** Writes what a folder holds beside weights; config.json, last, says that the folder is complete. */
export async function writeConfigAndTokenizer(
  target: Folder,
  { config, tokenizer, classifier, tokenClassifier }: PretrainedParts,
  architectures: readonly string[],
): Promise<void> {
  await writeFile(target, "vocab.txt", serializeVocabulary(tokenizer.vocabulary));
  await writeFile(target, "tokenizer.json", tokenizerToJson(tokenizer));
  await writeFile(
    target,
    "tokenizer_config.json",
    tokenizerConfigToJson(tokenizer, { maxLength: config.maxPositionEmbeddings }),
  );
  await writeFile(target, "special_tokens_map.json", specialTokensMapToJson(tokenizer));
  const labelled = classifier ?? tokenClassifier;
  const folderConfig: FolderConfig = {
    bert: config,
    architectures,
    ...(labelled && { labels: labelled.labels, classifierDropout: labelled.dropout.rate }),
    ...(classifier && { problem: classifier.problem }),
  };
  await writeFile(target, "config.json", huggingFaceConfigText(folderConfig, tokenizer.special.padding.id));
}

/** Hugging Face's names for the parts that there are; the first is what its pipelines go by. */
function architecturesOf({ maskedLm, nextSentence, classifier, tokenClassifier }: PretrainedParts): string[] {
  const names: string[] = [];
  if (maskedLm && nextSentence) names.push("BertForPreTraining");
  else if (maskedLm) names.push("BertForMaskedLM");
  else if (nextSentence) names.push("BertForNextSentencePrediction");
  if (classifier) names.push("BertForSequenceClassification");
  if (tokenClassifier) names.push("BertForTokenClassification");
  return names.length > 0 ? names : ["BertModel"];
}

function checkParts({ config, tokenizer, encoder, maskedLm, classifier, tokenClassifier }: PretrainedParts): void {
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
        `savePretrained: config.${name} is ${config[name]}, the encoder's ${String(fact)}. Pass the config that it was made from.`,
      );
  }
  if (tokenizer.vocabulary.size > config.vocabularySize)
    throw new Error(
      `savePretrained: the tokenizer has ${tokenizer.vocabulary.size} tokens, the encoder ${config.vocabularySize}. Pass the tokenizer that it was trained with.`,
    );
  if (classifier && tokenClassifier)
    throw new Error("savePretrained: a folder holds one classifier, got two. Save the other in a folder of its own.");
  const own =
    (maskedLm?.decoder ?? encoder.embeddings.word) === encoder.embeddings.word &&
    [classifier, tokenClassifier].every((head) => head === undefined || head.encoder === encoder);
  if (!own)
    throw new Error(
      "savePretrained: a head belongs to another encoder. Save each encoder with its own heads, in a folder of its own.",
    );
}
