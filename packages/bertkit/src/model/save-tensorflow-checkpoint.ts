import {
  type AdamState,
  exportAdamState,
  exportVariables,
  type Folder,
  importAdamState,
  openTensorflow,
  variableSource,
  writeFile,
  writeTensorflow,
  writeTogether,
} from "@bertkit/checkpoints";
import { serializeVocabulary } from "@bertkit/tokenizer/files";
import type * as tf from "@tensorflow/tfjs-core";
import { tensorflowConfigText } from "../config/tensorflow-config.ts";
import { checkParts } from "./check-parts.ts";
import { folderOf } from "./folder-of.ts";
import { tensorflowNames } from "./name-dialect.ts";
import type { PretrainedParts } from "./pretrained.ts";
import { refuseOtherModel } from "./refuse-other-model.ts";

export interface TensorflowCheckpointOptions {
  /** The state of Adam over the same parts, `optimizer.state()`, for google-research/bert to resume from. */
  optimizer?: AdamState;
  /** The checkpoint's name, which TensorFlow takes as its path. Default "bert_model.ckpt". */
  prefix?: string;
}

const defaultPrefix = "bert_model.ckpt";

/**
 * Saves a model as google-research/bert's folders are, for its code to restore: bert_config.json, vocab.txt and a
 * TensorFlow 1 checkpoint. all put in place together (`writeTogether`). `fromPretrained` loads it.
 *
 * @throws where the parts do not belong together or have a token classifier, or the folder has another model's
 *   config.json, which readers take first; before anything is written
 */
export async function saveTensorflowCheckpoint(
  folder: string | Folder,
  parts: PretrainedParts,
  { optimizer, prefix = defaultPrefix }: TensorflowCheckpointOptions = {},
): Promise<void> {
  checkParts("saveTensorflowCheckpoint", parts);
  const { config, tokenizer, encoder, maskedLm, nextSentence, classifier, tokenClassifier } = parts;
  if (tokenClassifier)
    throw new Error(
      "saveTensorflowCheckpoint: google-research/bert has no token classifier. Save it with savePretrained.",
    );
  const model = { encoder, maskedLm, nextSentence, classifier };
  const target = await folderOf(folder);
  await refuseOtherModel("saveTensorflowCheckpoint", target, parts, ["config.json"]);
  const tensors = optimizer
    ? [...(await exportVariables(model, tensorflowNames)), ...(await exportAdamState(optimizer, tensorflowNames))]
    : variableSource(model, tensorflowNames);
  const labels = classifier && {
    labels: classifier.labels,
    classifierDropout: classifier.dropout.rate,
    problem: classifier.problem,
  };
  const text = tensorflowConfigText({ bert: config, architectures: [], ...labels }, tokenizer.special.padding.id);
  await writeTogether(target, "bert_config.json", async (staged) => {
    await writeTensorflow(staged, prefix, tensors);
    await writeFile(staged, "vocab.txt", serializeVocabulary(tokenizer.vocabulary));
    await writeFile(staged, "bert_config.json", text);
  });
}

/**
 * Reads Adam's moments and step from a TensorFlow 1 checkpoint of a training run, for `optimizer.restore`, which
 * copies them: dispose `slots` then.
 *
 * @param parts the model that `fromPretrained` loaded from the same folder, or the part of it that is trained on
 * @throws CheckpointError that names the moments which are missing
 */
export async function loadTensorflowOptimizer(
  folder: string | Folder,
  { encoder, maskedLm, nextSentence, classifier }: Omit<PretrainedParts, "config" | "tokenizer">,
  prefix: string = defaultPrefix,
): Promise<{ step: number; slots: Map<string, tf.Tensor> }> {
  const weights = await openTensorflow(await folderOf(folder), prefix);
  try {
    return await importAdamState({ encoder, maskedLm, nextSentence, classifier }, weights, tensorflowNames);
  } finally {
    await weights.close();
  }
}
