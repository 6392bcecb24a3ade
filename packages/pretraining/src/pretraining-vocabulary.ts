import type { Tokenizer } from "@bertkit/tokenizer";

/** What making instances has to know of a vocabulary: its size, three special ids, and which pieces continue a word. */
export interface PretrainingVocabulary {
  /** Number of ids; random replacements are drawn from all of them, special ones included, as Google does. */
  readonly size: number;
  readonly classificationId: number;
  readonly separatorId: number;
  readonly maskId: number;
  /** True for a piece such as `##ing`. Only whole-word masking asks. */
  readonly isContinuation?: (id: number) => boolean;
}

/** The pretraining vocabulary of a WordPiece tokenizer; pieces that start with `##` continue a word. */
export function pretrainingVocabulary(tokenizer: Pick<Tokenizer, "vocabulary" | "special">): PretrainingVocabulary {
  const { vocabulary, special } = tokenizer;
  const continues = Uint8Array.from(vocabulary.tokens, (token) => (token.startsWith("##") ? 1 : 0));
  return {
    size: vocabulary.size,
    classificationId: special.classification.id,
    separatorId: special.separator.id,
    maskId: special.mask.id,
    isContinuation: (id) => continues[id] === 1,
  };
}
