import type { Bert } from "@bertkit/encoder";
import { fillMask, type MaskedLmHead } from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";

import type { MaskedSentence } from "./corpus.ts";
import type { FilledSentence } from "./results.ts";

/** Maximum tokens per sentence. */
const longest = 64;

/** Predicts the three most probable words for the mask of each sentence. */
export async function fillSentences(
  encoder: Bert,
  head: MaskedLmHead,
  tokenizer: Tokenizer,
  sentences: readonly MaskedSentence[],
): Promise<FilledSentence[]> {
  if (sentences.length === 0) return [];
  const texts = sentences.map(({ sentence }) => sentence);
  const batch = tokenizer.encodeBatch(texts, { padding: "longest", maxLength: longest });
  const filled = await fillMask({ encoder, head, batch, maskId: tokenizer.special.mask.id, topK: 3 });
  return filled.map(({ row, candidates }) => ({
    ...sentences[row]!,
    candidates: candidates.map(({ id, score }) => ({ token: tokenizer.vocabulary.token(id), score })),
  }));
}
