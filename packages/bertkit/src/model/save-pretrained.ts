import { checkOptions, wholeNumber } from "@bertkit/checks";
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
import { writeCanary } from "./canary.ts";
import { canaryKey } from "./parse-canary.ts";
import { checkBert } from "./check-bert.ts";
import { checkParts } from "./check-parts.ts";
import { bareEncoderNames, folderNames } from "./folder-names.ts";
import { folderOf } from "./folder-of.ts";
import type { PretrainedParts } from "./pretrained.ts";
import { longestText } from "./longest-text.ts";
import { rejectOtherModel } from "./reject-other-model.ts";
import { writeSentenceFiles } from "./sentence-files.ts";

export interface SavePretrainedOptions {
  /** Weights of more than this many bytes are written to several files with an index. Default 5 GB. */
  readonly maxShardBytes?: number;
}

/**
 * Saves a model as a Hugging Face folder, which `AutoModel.from_pretrained` and `fromPretrained` load: config.json,
 * model.safetensors, vocab.txt, tokenizer.json, tokenizer_config.json, special_tokens_map.json, and with
 * `sentenceFiles` those of sentence-transformers. The same model gives the same bytes. Tensors are read and written one
 * at a time, so do not train until it is done. The weights' file also has a few ids and the model's outputs for them,
 * which `fromPretrained` computes and compares. All files are replaced together (`writeTogether`): after an
 * interruption the folder has the old model or none. Weights in other formats stay.
 *
 * @param folder a path in Node, or any writable `Folder`
 * @throws before anything is written, if the parts do not belong together, the encoder is not the BERT of its config
 *   (own parts, shared layers, adapters), or the folder has the bert_config.json of another model, which would use the
 *   same vocab.txt
 */
export async function savePretrained(
  folder: string | Folder,
  parts: PretrainedParts,
  options: SavePretrainedOptions = {},
): Promise<void> {
  checkOptions("savePretrained", options, { maxShardBytes: wholeNumber(1) });
  const { maxShardBytes } = options;
  checkParts("savePretrained", parts);
  const { encoder, maskedLm, nextSentence, classifier, tokenClassifier, multipleChoice, questionAnswerer } = parts;
  const heads = { maskedLm, nextSentence, classifier, tokenClassifier, multipleChoice, questionAnswerer };
  const bare = Object.values(heads).every((head) => head === undefined);
  const names = bare ? bareEncoderNames : folderNames;
  checkBert("savePretrained", parts, names);
  const target = await folderOf(folder);
  await rejectOtherModel("savePretrained", target, parts, ["bert_config.json"]);
  const tensors = variableSource({ encoder, ...heads }, names);
  const canary = await writeCanary(parts, tensors);
  await writeTogether(target, "config.json", async (staged) => {
    await writeShardedSafetensors(staged, tensors, {
      ...(maxShardBytes !== undefined && { maxShardBytes }),
      ...(canary !== undefined && { metadata: { [canaryKey]: canary } }),
    });
    await writeConfigAndTokenizer(staged, parts, architecturesOf(parts));
    await writeSentenceFiles(staged, parts.sentenceFiles);
  });
}

/** Writes a folder's files except the weights, and removes files of an older tokenizer that this one does not have. */
export async function writeConfigAndTokenizer(
  target: StagedFiles,
  parts: PretrainedParts,
  architectures: readonly string[],
): Promise<void> {
  const { config, tokenizer, classifier, tokenClassifier, multipleChoice, plainScores, problemUnstated } = parts;
  await writeFile(target, "vocab.txt", serializeVocabulary(tokenizer.vocabulary));
  await writeFile(target, "tokenizer.json", tokenizerToJson(tokenizer));
  await writeFile(target, "tokenizer_config.json", tokenizerConfigToJson(tokenizer, { maxLength: longestText(parts) }));
  await target.remove("added_tokens.json");
  await writeFile(target, "special_tokens_map.json", specialTokensMapToJson(tokenizer));
  const labeled = classifier ?? tokenClassifier;
  const folderConfig: FolderConfig = {
    bert: config,
    architectures,
    ...(labeled && { labels: labeled.labels, classifierDropout: labeled.dropout.rate }),
    ...(classifier && !problemUnstated && { problem: classifier.problem }),
    ...(classifier && plainScores && { plainScores }),
    ...(multipleChoice && { classifierDropout: multipleChoice.dropout.rate }),
  };
  await writeFile(target, "config.json", huggingFaceConfigText(folderConfig, tokenizer.special.padding.id));
}

/** The Hugging Face classes of the parts; pipelines use the first one. */
function architecturesOf(parts: PretrainedParts): string[] {
  const { maskedLm, nextSentence, classifier, tokenClassifier, multipleChoice, questionAnswerer } = parts;
  const names: string[] = [];
  if (maskedLm && nextSentence) names.push("BertForPreTraining");
  else if (maskedLm) names.push("BertForMaskedLM");
  else if (nextSentence) names.push("BertForNextSentencePrediction");
  if (classifier) names.push("BertForSequenceClassification");
  if (tokenClassifier) names.push("BertForTokenClassification");
  if (multipleChoice) names.push("BertForMultipleChoice");
  if (questionAnswerer) names.push("BertForQuestionAnswering");
  return names.length > 0 ? names : ["BertModel"];
}
