import { type Folder, variableSource, writeFile, writeShardedSafetensors } from "@bertkit/checkpoints";
import {
  serializeVocabulary,
  specialTokensMapToJson,
  tokenizerConfigToJson,
  tokenizerToJson,
} from "@bertkit/tokenizer/files";
import { type FolderConfig, huggingFaceConfigText } from "../config/hugging-face-config.ts";
import { checkParts } from "./check-parts.ts";
import { bareEncoderNames, folderNames } from "./folder-names.ts";
import { folderOf } from "./folder-of.ts";
import type { PretrainedParts } from "./pretrained.ts";

export interface SavePretrainedOptions {
  /** Weights beyond this many bytes are written in several files, with an index. Default 5 GB. */
  maxShardBytes?: number;
}

/**
 * Saves a model as a Hugging Face folder, which `AutoModel.from_pretrained` and `fromPretrained` load: config.json,
 * model.safetensors, vocab.txt, tokenizer.json, tokenizer_config.json, special_tokens_map.json. The same model gives
 * the same bytes. One tensor at a time is read and written, so do not train until it is done. Each file is put in place
 * whole, config.json last: a new folder that has one is complete.
 *
 * @param folder a path in Node, or any `Folder` that can be written
 * @throws where the parts do not belong together, before anything is written
 */
export async function savePretrained(
  folder: string | Folder,
  parts: PretrainedParts,
  { maxShardBytes }: SavePretrainedOptions = {},
): Promise<void> {
  checkParts("savePretrained", parts);
  const { encoder, maskedLm, nextSentence, classifier, tokenClassifier, questionAnswerer } = parts;
  const heads = { maskedLm, nextSentence, classifier, tokenClassifier, questionAnswerer };
  const bare = Object.values(heads).every((head) => head === undefined);
  const target = await folderOf(folder);
  const tensors = variableSource({ encoder, ...heads }, bare ? bareEncoderNames : folderNames);
  await writeShardedSafetensors(target, tensors, maxShardBytes === undefined ? {} : { maxShardBytes });
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
function architecturesOf(parts: PretrainedParts): string[] {
  const { maskedLm, nextSentence, classifier, tokenClassifier, questionAnswerer } = parts;
  const names: string[] = [];
  if (maskedLm && nextSentence) names.push("BertForPreTraining");
  else if (maskedLm) names.push("BertForMaskedLM");
  else if (nextSentence) names.push("BertForNextSentencePrediction");
  if (classifier) names.push("BertForSequenceClassification");
  if (tokenClassifier) names.push("BertForTokenClassification");
  if (questionAnswerer) names.push("BertForQuestionAnswering");
  return names.length > 0 ? names : ["BertModel"];
}
