import { checkObject } from "@bertkit/checks";
import type { Tokenizer } from "@bertkit/tokenizer";

/** A vocabulary for creating instances: its size, three special ids, and which pieces continue a word. */
export interface PretrainingVocabulary {
  /** Number of ids. Random replacements are drawn from all of them, including special tokens, as Google does. */
  readonly size: number;
  readonly classificationId: number;
  readonly separatorId: number;
  readonly maskId: number;
  /** Whether a piece such as `##ing` continues a word; only for whole-word masking. */
  readonly isContinuation?: (id: number) => boolean;
}

/** The pretraining vocabulary of a WordPiece tokenizer; pieces that start with its prefix, `##`, continue a word. */
export function pretrainingVocabulary(
  tokenizer: Pick<Tokenizer, "vocabulary" | "special" | "parts">,
): PretrainingVocabulary {
  checkObject("pretrainingVocabulary", "tokenizer", tokenizer, "a Tokenizer", "vocabulary", "special", "parts");
  const { vocabulary, special, parts } = tokenizer;
  const { continuingPrefix = "##" } = parts.model as { readonly continuingPrefix?: string };
  const continues = Uint8Array.from(vocabulary.tokens, (token) => (token.startsWith(continuingPrefix) ? 1 : 0));
  return {
    // Added tokens may have ids beyond the vocabulary.
    size: parts.addedTokens.reduce((most, { id }) => Math.max(most, id + 1), vocabulary.size),
    classificationId: special.classification.id,
    separatorId: special.separator.id,
    maskId: special.mask.id,
    isContinuation: (id) => continues[id] === 1,
  };
}
