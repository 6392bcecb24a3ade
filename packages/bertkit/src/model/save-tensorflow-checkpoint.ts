import { checkObject, checkOptions, object, text as someText } from "@bertkit/checks";
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
import { checkBert } from "./check-bert.ts";
import { checkParts } from "./check-parts.ts";
import { folderOf } from "./folder-of.ts";
import { tensorflowNames } from "./name-dialect.ts";
import type { PretrainedParts } from "./pretrained.ts";
import { rejectOtherModel } from "./reject-other-model.ts";

export interface TensorflowCheckpointOptions {
  /** The state of Adam for the same parts, `optimizer.state()`, so that google-research/bert can resume. */
  readonly optimizer?: AdamState;
  /** The name of the checkpoint, in TensorFlow its path. Default "bert_model.ckpt". */
  readonly prefix?: string;
}

const defaultPrefix = "bert_model.ckpt";

/**
 * Saves a model as a folder of google-research/bert: bert_config.json, vocab.txt and a TensorFlow 1 checkpoint. All
 * files are replaced together (`writeTogether`). `fromPretrained` loads it.
 *
 * @throws before anything is written, if the parts do not belong together or have a token classifier, the encoder is not
 *   the BERT of its config (own parts, shared layers, adapters) or has relative positions, or the folder has the
 *   config.json of another model, which readers prefer
 */
export async function saveTensorflowCheckpoint(
  folder: string | Folder,
  parts: PretrainedParts,
  options: TensorflowCheckpointOptions = {},
): Promise<void> {
  checkOptions("saveTensorflowCheckpoint", options, {
    optimizer: object("what optimizer.state() gives"),
    prefix: someText,
  });
  const { optimizer, prefix = defaultPrefix } = options;
  checkParts("saveTensorflowCheckpoint", parts);
  const { config, tokenizer, encoder, maskedLm, nextSentence, classifier, questionAnswerer } = parts;
  for (const [head, name] of [
    [parts.tokenClassifier, "token classifier"],
    [parts.multipleChoice, "head for multiple choice"],
  ] as const)
    if (head !== undefined)
      throw new Error(`saveTensorflowCheckpoint: google-research/bert has no ${name}. Save it with savePretrained.`);
  checkBert("saveTensorflowCheckpoint", parts, tensorflowNames);
  const model = { encoder, maskedLm, nextSentence, classifier, questionAnswerer };
  const target = await folderOf(folder);
  await rejectOtherModel("saveTensorflowCheckpoint", target, parts, ["config.json"]);
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
 * Reads Adam's moments and step from a TensorFlow 1 checkpoint of a training run, for `optimizer.restore`, which copies
 * them; dispose `slots` afterwards.
 *
 * @param parts the model loaded from the same folder, or its trained part
 * @throws CheckpointError that names missing moments
 */
export async function loadTensorflowOptimizer(
  folder: string | Folder,
  parts: Omit<PretrainedParts, "config" | "tokenizer">,
  prefix: string = defaultPrefix,
): Promise<{ step: number; slots: Map<string, tf.Tensor> }> {
  checkObject("loadTensorflowOptimizer", "parts", parts, "a loaded model", "encoder");
  const { encoder, maskedLm, nextSentence, classifier, questionAnswerer } = parts;
  const weights = await openTensorflow(await folderOf(folder), prefix);
  try {
    const model = { encoder, maskedLm, nextSentence, classifier, questionAnswerer };
    return await importAdamState(model, weights, tensorflowNames);
  } finally {
    await weights.close();
  }
}
