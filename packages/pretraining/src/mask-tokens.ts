import type { RandomSource } from "@bertkit/nn";
import type { CheckedInstanceOptions } from "./instance-options.ts";

/** Masked positions in ascending order, and their original ids. */
export interface MaskedTokens {
  readonly positions: Int32Array;
  readonly ids: Int32Array;
}

/**
 * Masks `tokens` in place and returns the original ids: of the chosen pieces, 80 % become [MASK], 10 % do not change,
 * and 10 % become a random id of the vocabulary (BERT paper, section 3.1).
 *
 * The order of random draws equals `create_masked_lm_predictions` in google-research/bert.
 */
export function maskTokens(tokens: Int32Array, options: CheckedInstanceOptions, random: RandomSource): MaskedTokens {
  const { vocabulary, maskedLmProbability, maxPredictionsPerSequence } = options;
  const { members, starts } = candidates(tokens, options);
  const order = Array.from(starts.keys());
  random.shuffle(order);
  const wanted = Math.min(maxPredictionsPerSequence, Math.max(1, roundHalfEven(tokens.length * maskedLmProbability)));

  const hidden: { position: number; id: number }[] = [];
  for (const group of order) {
    if (hidden.length >= wanted) break;
    const start = starts[group]!;
    const end = starts[group + 1] ?? members.length;
    if (hidden.length + end - start > wanted) continue;
    for (let member = start; member < end; member++) {
      const position = members[member]!;
      const id = tokens[position]!;
      hidden.push({ position, id });
      if (random.random() < 0.8) tokens[position] = vocabulary.maskId;
      else if (random.random() >= 0.5) tokens[position] = random.integer(0, vocabulary.size - 1);
    }
  }
  hidden.sort((a, b) => a.position - b.position);
  return {
    positions: Int32Array.from(hidden, ({ position }) => position),
    ids: Int32Array.from(hidden, ({ id }) => id),
  };
}

/**
 * Groups of positions that are masked together: group g is members[starts[g], starts[g + 1]). A continuation joins the
 * previous group even across a [SEP], as in Google's script: a segment truncated at its front may start with one.
 */
function candidates(tokens: Int32Array, options: CheckedInstanceOptions): { members: number[]; starts: number[] } {
  const { classificationId, separatorId } = options.vocabulary;
  const members: number[] = [];
  const starts: number[] = [];
  for (let position = 0; position < tokens.length; position++) {
    const id = tokens[position]!;
    if (id === classificationId || id === separatorId) continue;
    if (starts.length === 0 || !options.joinsWord(id)) starts.push(members.length);
    members.push(position);
  }
  return { members, starts };
}

/** Python 3's `round`: halves are rounded to even. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
