import { CheckpointError } from "@bertkit/checkpoints";
import type { BertConfig } from "@bertkit/encoder";

/** Its key in the weights' file; other programs that write the weights omit it. */
export const canaryKey = "bertkit_canary";

/** Three rows of ids, two of them mostly padding, and a sample of the model's outputs for their tokens. */
export interface Canary {
  readonly inputIds: readonly (readonly number[])[];
  readonly tokenTypeIds: readonly (readonly number[])[];
  /** 1 for tokens, 0 for padding. */
  readonly attentionMask: readonly (readonly number[])[];
  /** For each output, values sampled evenly from positions without padding. */
  readonly outputs: Readonly<Record<string, readonly number[]>>;
  /** Maximum difference, by the backend's float type, as a fraction of an output's largest value or of 1. */
  readonly tolerance: Readonly<Record<"float32" | "float16", number>>;
  /** The `weightsFingerprint` of the weights that gave the outputs; older files have none. */
  readonly weights?: string;
}

/** Limits for a canary that is read, so that a file cannot cause more work. */
const [maxRows, maxTokens] = [4, 64] as const;

/** @throws CheckpointError unless `writeCanary` could have written it for a model with this config */
export function parseCanary(
  text: string,
  { vocabularySize, typeVocabularySize, maxPositionEmbeddings }: BertConfig,
): Canary {
  try {
    const canary = JSON.parse(text) as Canary;
    const { inputIds, tokenTypeIds, attentionMask, outputs, tolerance: allowed } = canary;
    const [count, length] = [inputIds.length, inputIds[0]!.length];
    const rows = (value: unknown, limit: number): boolean =>
      Array.isArray(value) &&
      value.length === count &&
      value.every(
        (row) =>
          Array.isArray(row) &&
          row.length === length &&
          row.every((id) => Number.isInteger(id) && id >= 0 && id < limit),
      );
    const valid =
      count <= maxRows &&
      length <= Math.min(maxTokens, maxPositionEmbeddings) &&
      rows(inputIds, vocabularySize) &&
      rows(tokenTypeIds, typeVocabularySize) &&
      rows(attentionMask, 2) &&
      Object.values(outputs).every((numbers) => numbers.every(Number.isFinite)) &&
      allowed.float32 > 0 &&
      allowed.float16 > 0;
    if (valid) return canary;
  } catch {
    // reported below
  }
  throw new CheckpointError(
    "SAFETENSORS",
    `fromPretrained: the weights' "${canaryKey}" is damaged. Save the model again, or pass { canary: false }.`,
  );
}
