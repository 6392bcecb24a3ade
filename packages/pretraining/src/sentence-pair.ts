import type { RandomSource } from "@bertkit/nn";
import type { CheckedInstanceOptions } from "./instance-options.ts";
import { maskTokens } from "./mask-tokens.ts";
import type { PretrainingInstance } from "./pretraining-instance.ts";

/** A pair `[CLS] a [SEP] b [SEP]` before masking. */
export type SentencePair = Pick<PretrainingInstance, "inputIds" | "tokenTypeIds" | "isRandomNext">;

/** The pair as an instance; its ids are masked in place. */
export function maskPair(
  pair: SentencePair,
  options: CheckedInstanceOptions,
  random: RandomSource,
): PretrainingInstance {
  const { positions, ids } = maskTokens(pair.inputIds, options, random);
  const { inputIds, tokenTypeIds, isRandomNext } = pair;
  // Not by spreading the pair, which takes as long as masking it.
  return { inputIds, tokenTypeIds, maskedPositions: positions, maskedIds: ids, isRandomNext };
}
