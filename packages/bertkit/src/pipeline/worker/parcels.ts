import { messageOf } from "@bertkit/checks";
import { CheckpointError } from "@bertkit/checkpoints";
import { type FeatureData, Features } from "../features.ts";

/** An error as a message. A structured clone would lose the name and the code. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
}

/** Converts an error to a message. */
export function sentError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: "Error", message: messageOf(error) };
  const { code } = error as { code?: unknown };
  return { name: error.name, message: error.message, ...(typeof code === "string" && { code }) };
}

/** The error of a message, as a TypeError, RangeError or `CheckpointError` if it was one. */
export function receivedError({ name, message, code }: SentError): Error {
  if (name === "TypeError") return new TypeError(message);
  if (name === "RangeError") return new RangeError(message);
  if (name === "CheckpointError") return new CheckpointError(code as CheckpointError["code"], message);
  return Object.assign(new Error(message), { name, ...(code !== undefined && { code }) });
}

interface SentFeatures {
  readonly features: FeatureData;
  readonly dims: readonly number[];
}

/** A pipeline's result as a message, with the memory to transfer. */
export function sentResult(result: unknown): { readonly value: unknown; readonly transfer: readonly ArrayBuffer[] } {
  if (!(result instanceof Features)) return { value: result, transfer: [] };
  const { data, dims } = result as Features<FeatureData>;
  const features = data.byteLength === data.buffer.byteLength ? data : data.slice();
  return { value: { features, dims } satisfies SentFeatures, transfer: [features.buffer as ArrayBuffer] };
}

export function receivedResult(value: unknown): unknown {
  const { features, dims } = (value ?? {}) as Partial<SentFeatures>;
  return ArrayBuffer.isView(features) && dims !== undefined ? new Features(features, dims) : value;
}
