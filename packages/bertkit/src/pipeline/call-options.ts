import { object, wholeNumber, type RuleTable } from "@bertkit/checks";
import type { RunOptions } from "../inference/row-runner.ts";
import { withoutUndefined } from "../inference/without-undefined.ts";

/** What every task takes with a call, in the spelling of transformers.js. */
export interface CallOptions {
  /** Longest text in tokens, special tokens included; longer ones are truncated. Default: the most that the encoder reads. */
  readonly max_length?: number;
  /** Most tokens in a batch, padding included. Default 1,024 on the Node backend, no limit on others. */
  readonly batch_tokens?: number;
  /** Most texts in a batch. Default: no limit on the Node backend, 32 on others. */
  readonly batch_size?: number;
  /** Stops between two batches; what was called rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export const callRules: RuleTable<keyof CallOptions> = {
  max_length: wholeNumber(1),
  batch_tokens: wholeNumber(1),
  batch_size: wholeNumber(1),
  signal: object("an AbortSignal"),
};

/** The same for what runs the rows; `maxLength` is the encoder's where none is given. */
export function runOptions(
  { max_length, batch_tokens, batch_size, signal }: CallOptions,
  longest: number,
): RunOptions & { readonly maxLength: number } {
  const maxLength = Math.min(max_length ?? longest, longest);
  return { ...withoutUndefined({ batchTokens: batch_tokens, batchSize: batch_size, signal }), maxLength };
}
