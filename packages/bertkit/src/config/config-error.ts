import { CheckpointError } from "@bertkit/checkpoints";
import { checkBertConfig, type BertConfig } from "@bertkit/encoder";

/** What is wrong with a model's config, as an error of its folder's. */
export function configError(message: string, cause?: unknown): CheckpointError {
  return new CheckpointError("FOLDER", message, { cause });
}

/** `checkBertConfig` for what a file says. */
export function checkFileConfig(config: BertConfig): void {
  try {
    checkBertConfig(config);
  } catch (error) {
    throw configError((error as Error).message, error);
  }
}
