import { BackendUnavailableError, DispatchError } from "@bertkit/backend";
import { CheckpointError } from "@bertkit/checkpoints";
import { receivedError, type SentError } from "@bertkit/checks";
import { TokenizerError } from "@bertkit/tokenizer";
import { CanaryError } from "../../model/canary-error.ts";
import { type FeatureData, Features } from "../features.ts";

const classes = { BackendUnavailableError, CanaryError, CheckpointError, DispatchError, TokenizerError };

/** What was thrown in the other thread; errors are instances of their class. */
export function receivedInstance(message: SentError): unknown {
  return receivedError(message, classes);
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
