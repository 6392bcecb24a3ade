import { object, wholeNumber, type RuleTable } from "@bertkit/checks";
import type { RunOptions } from "../inference/row-runner.ts";
import { withoutUndefined } from "../inference/without-undefined.ts";
import { type LimitedModel, longestText } from "../model/longest-text.ts";

/** Options of every task's calls, spelled as in transformers.js. */
export interface CallOptions {
  /** Maximum tokens per text, special tokens included; longer texts are truncated. Default: what the model's folder states, else the encoder's maximum. */
  readonly max_length?: number;
  /** Maximum tokens in a batch, padding included. Default 1,024 on the Node backend, no limit on others. */
  readonly batch_tokens?: number;
  /** Maximum texts in a batch. Default: no limit on the Node backend; 32 on others, and for fill-mask. */
  readonly batch_size?: number;
  /** Stops between two batches; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export const callRules: RuleTable<keyof CallOptions> = {
  max_length: wholeNumber(1),
  batch_tokens: wholeNumber(1),
  batch_size: wholeNumber(1),
  signal: object("an AbortSignal", "aborted"),
};

/** The same options for a `RowRunner`; `maxLength` is by default `otherwise`, else the model's. */
export function runOptions(
  { max_length, batch_tokens, batch_size, signal }: CallOptions,
  model: LimitedModel,
  otherwise?: number,
): RunOptions & { readonly maxLength: number } {
  const maxLength = longestText(model, max_length ?? otherwise);
  return { ...withoutUndefined({ batchTokens: batch_tokens, batchSize: batch_size, signal }), maxLength };
}
