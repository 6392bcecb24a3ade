import { CheckpointError } from "../checkpoint-error.ts";

export function pytorchError(what: string, cause?: unknown): CheckpointError {
  return new CheckpointError("PYTORCH", `pytorch: ${what}`, { cause });
}
