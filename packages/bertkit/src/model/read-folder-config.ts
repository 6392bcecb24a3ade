import {
  CheckpointError,
  type Folder,
  hasFile,
  openTensorflow,
  readJson,
  type TensorSource,
} from "@bertkit/checkpoints";
import { type FolderConfig, parseHuggingFaceConfig } from "../config/hugging-face-config.ts";
import { modelGardenConfig } from "../config/model-garden-config.ts";
import { parseTensorflowConfig } from "../config/tensorflow-config.ts";
import { modelGardenScope } from "./name-dialect.ts";

/** The config of a folder, and the case of its tokenizer if only the config states it. */
export interface DeclaredConfig {
  readonly config: FolderConfig;
  readonly lowercase?: boolean | "vocabulary";
  /** The meaning of the same file with weights that have Hugging Face's names, whose code computes "gelu" exactly. */
  readonly besideHuggingFaceWeights?: FolderConfig;
  /** The weights, if they had to be opened for the config; the caller closes them. */
  readonly weights?: TensorSource;
}

/**
 * Reads a folder's config: config.json, google-research/bert's bert_config.json, or, for a SavedModel, the shapes of
 * its variables, which are then returned open. Throws a CheckpointError if there is none of these.
 */
export async function readFolderConfig(folder: Folder): Promise<DeclaredConfig> {
  const json = await readJson(folder, "config.json");
  if (json) return { config: parseHuggingFaceConfig(json) };
  const google = await readJson(folder, "bert_config.json");
  if (google)
    return {
      config: parseTensorflowConfig(google),
      besideHuggingFaceWeights: parseHuggingFaceConfig(google),
      lowercase: "vocabulary",
    };
  if (!(await hasFile(folder, "variables/variables.index")))
    throw new CheckpointError(
      "FOLDER",
      `fromPretrained: there is no config.json in ${folder.label ?? "the folder"}, and neither bert_config.json nor variables/variables.index.`,
    );
  const weights = await openTensorflow(folder, "variables/variables");
  try {
    const saysCase = weights.entries.has("do_lower_case");
    const lowercase = saysCase ? Boolean((await weights.tensor("do_lower_case")).data[0]) : "vocabulary";
    const config = modelGardenConfig(weights.entries, modelGardenScope(weights.entries.keys()) ?? "");
    return { config, lowercase, weights };
  } catch (error) {
    await weights.close();
    throw error;
  }
}
