import { CheckpointError } from "../checkpoint-error.ts";

export function tensorflowError(what: string, cause?: unknown): CheckpointError {
  return new CheckpointError("TENSORFLOW", `tensorflow: ${what}`, { cause });
}
