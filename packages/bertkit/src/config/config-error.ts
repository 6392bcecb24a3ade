import { CheckpointError } from "@bertkit/checkpoints";
import { checkBertConfig, type BertConfig } from "@bertkit/encoder";

/** An error about a model's config, as an error about its folder. */
export function configError(message: string, cause?: unknown): CheckpointError {
  return new CheckpointError("FOLDER", message, { cause });
}

/** `checkBertConfig` for the config of a file. */
export function checkFileConfig(config: BertConfig): void {
  try {
    checkBertConfig(config);
  } catch (error) {
    throw configError((error as Error).message, error);
  }
}
