import type { Bert } from "@bertkit/encoder";
import { fillMask, type MaskedLmHead } from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";

import type { FilledSentence } from "./results.ts";

const sentences = [
  "The state of the [MASK] is strong.",
  "I ask the [MASK] to pass this bill.",
  "We must protect the freedom of the American [MASK].",
  "The [MASK] States and Great Britain have signed a treaty.",
  "The expenditures of the [MASK] for the last fiscal year were high.",
];

/** The three most probable words for the mask of each of five sentences. */
export async function fillSentences(
  encoder: Bert,
  head: MaskedLmHead,
  tokenizer: Tokenizer,
): Promise<FilledSentence[]> {
  const batch = tokenizer.encodeBatch(sentences, { padding: "longest" });
  const filled = await fillMask({ encoder, head, batch, maskId: tokenizer.special.mask.id, topK: 3 });
  return filled.map(({ row, candidates }) => ({
    sentence: sentences[row]!,
    candidates: candidates.map(({ id, probability }) => ({ token: tokenizer.vocabulary.token(id), probability })),
  }));
}
