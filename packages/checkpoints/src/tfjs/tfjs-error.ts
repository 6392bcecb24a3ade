import { CheckpointError } from "../checkpoint-error.ts";

export function tfjsError(what: string, cause?: unknown): CheckpointError {
  return new CheckpointError("TFJS", `tfjs: ${what}`, { cause });
}
