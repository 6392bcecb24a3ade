import {
  type Folder,
  type StagedFiles,
  variableSource,
  writeFile,
  writeShardedSafetensors,
  writeTogether,
} from "@bertkit/checkpoints";
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
import { refuseOtherModel } from "./refuse-other-model.ts";

export interface SavePretrainedOptions {
  /** Weights beyond this many bytes are written in several files, with an index. Default 5 GB. */
  maxShardBytes?: number;
}

/**
 * Saves a model as a Hugging Face folder, which `AutoModel.from_pretrained` and `fromPretrained` load: config.json,
 * model.safetensors, vocab.txt, tokenizer.json, tokenizer_config.json, special_tokens_map.json. The same model gives
 * the same bytes. One tensor at a time is read and written, so do not train until it is done. All files are put in place
 * together (`writeTogether`): whoever stops midway has the older model or none. Weights in other formats stay.
 *
 * @param folder a path in Node, or any `Folder` that can be written
 * @throws where the parts do not belong together, or the folder has another model's bert_config.json, which goes by the
 *   same vocab.txt; before anything is written
 */
export async function savePretrained(
  folder: string | Folder,
  parts: PretrainedParts,
  { maxShardBytes }: SavePretrainedOptions = {},
): Promise<void> {
  checkParts("savePretrained", parts);
  const { encoder, maskedLm, nextSentence, classifier, tokenClassifier } = parts;
  const heads = { maskedLm, nextSentence, classifier, tokenClassifier };
  const bare = Object.values(heads).every((head) => head === undefined);
  const target = await folderOf(folder);
  await refuseOtherModel("savePretrained", target, parts, ["bert_config.json"]);
  const tensors = variableSource({ encoder, ...heads }, bare ? bareEncoderNames : folderNames);
  await writeTogether(target, "config.json", async (staged) => {
    await writeShardedSafetensors(staged, tensors, maxShardBytes === undefined ? {} : { maxShardBytes });
    await writeConfigAndTokenizer(staged, parts, architecturesOf(parts));
  });
}

/** Writes what a folder holds beside weights, and removes what older tokenizers have and this one has not. */
export async function writeConfigAndTokenizer(
  target: StagedFiles,
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
  await target.remove("added_tokens.json");
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
