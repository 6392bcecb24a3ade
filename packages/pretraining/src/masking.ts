import { checkOptions, oneOf, required, wholeNumber } from "@bertkit/checks";
import type { RandomSource } from "@bertkit/nn";

/**
 * The unit of masking: single pieces, as in BERT; all pieces of a word (google-research/bert, 2019); runs of words
 * whose number n has the probability 1/n : Σ 1/n (ALBERT, Lan et al. 2019, section 4.1); or spans of words whose number
 * is geometrically distributed with p = 0.2 (SpanBERT, Joshi et al. 2019, section 3.1).
 */
export type MaskingKind = "token" | "whole-word" | "ngram" | "span";

export interface MaskingOptions {
  readonly kind: MaskingKind;
  /** Maximum words of a run or span. Default 3 for "ngram", 10 for "span". */
  readonly longest?: number;
  /**
   * Whether [MASK] (80 %), the piece itself (10 %) or a random one (10 %) is chosen for each piece, or once for all
   * pieces that are masked together. Default "gram" for "ngram", as in tensorflow/models, and "span", as in SpanBERT,
   * else "piece".
   */
  readonly replace?: "piece" | "gram";
}

export const maskingKinds: readonly MaskingKind[] = ["token", "whole-word", "ngram", "span"];

/** @throws RangeError or TypeError on an invalid masking */
export function checkMasking(where: string, masking: MaskingKind | MaskingOptions): Required<MaskingOptions> {
  const options = typeof masking === "string" ? { kind: masking } : masking;
  checkOptions<MaskingOptions>(where, options, {
    kind: required(oneOf(maskingKinds)),
    longest: wholeNumber(1),
    replace: oneOf(["piece", "gram"]),
  });
  const { kind } = options;
  const isLong = kind === "ngram" || kind === "span";
  const { longest = kind === "span" ? 10 : kind === "ngram" ? 3 : 1, replace = isLong ? "gram" : "piece" } = options;
  return { kind, longest, replace };
}

/** Positions [start, end) that are masked together. */
export interface Gram {
  readonly start: number;
  readonly end: number;
}

/**
 * Chooses runs of words, up to `wanted` positions in all: `_masking_ngrams` of tensorflow/models'
 * official/nlp/data/create_pretraining_data.py.
 *
 * @param words the positions of each word, ascending
 */
export function chooseNgrams(words: readonly Gram[], longest: number, wanted: number, random: RandomSource): Gram[] {
  const bySize = Array.from({ length: longest }, (_, i) => runsOf(words, i + 1));
  for (const runs of bySize) random.shuffle(runs);
  const weights = bySize.map((_, i) => 1 / (i + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const isHidden = new Uint8Array(words.at(-1)?.end ?? 0);
  const chosen: Gram[] = [];
  let hidden = 0;
  while (hidden < wanted && bySize.some(({ length }) => length > 0)) {
    let point = random.random() * total;
    let size = weights.findIndex((weight) => (point -= weight) < 0);
    if (size < 0) size = longest - 1;
    if (hidden + size + 1 > wanted) {
      bySize[size] = [];
      continue;
    }
    const run = bySize[size]!.pop();
    if (run === undefined) continue;
    const { start, end } = run;
    if (hidden + end - start > wanted || isHidden.subarray(start, end).includes(1)) continue;
    isHidden.fill(1, start, end);
    hidden += end - start;
    chosen.push(run);
  }
  return chosen;
}

/** Every run of `count` adjacent words. */
function runsOf(words: readonly Gram[], count: number): Gram[] {
  const runs: Gram[] = [];
  for (let i = 0, start = 0; i < words.length; i++) {
    if (i > 0 && words[i]!.start !== words[i - 1]!.end) start = i;
    if (i - start + 1 >= count) runs.push({ start: words[i - count + 1]!.start, end: words[i]!.end });
  }
  return runs;
}

const geometricProbability = 0.2;

/**
 * Chooses spans of whole words at random positions, up to `wanted` positions in all; the last span is truncated to fit:
 * `PairWithSpanMaskingScheme` of facebookresearch/SpanBERT.
 */
export function chooseSpans(words: readonly Gram[], longest: number, wanted: number, random: RandomSource): Gram[] {
  const count = Math.min(
    wanted,
    words.reduce((sum, { start, end }) => sum + end - start, 0),
  );
  const isHidden = new Uint8Array(words.at(-1)?.end ?? 0);
  const left = Array.from(words.keys()); // the words that are not masked
  const chosen: Gram[] = [];
  let hidden = 0;
  while (hidden < count && left.length > 0) {
    const place = random.integer(0, left.length - 1);
    const first = left[place]!;
    left[place] = left.at(-1)!;
    left.pop();
    const { start } = words[first]!;
    if (isHidden[start] === 1) continue;
    let end = start;
    for (let size = spanSize(longest, random), word = first; size > 0; size--, word++) {
      const next = words[word];
      if (next === undefined || (word > first && next.start !== end) || isHidden[next.start] === 1) break;
      end = next.end;
    }
    end = Math.min(end, start + count - hidden);
    isHidden.fill(1, start, end);
    hidden += end - start;
    chosen.push({ start, end });
  }
  return chosen;
}

/** A number of words up to `longest`, P(n) ∝ p (1 − p)^(n − 1). */
function spanSize(longest: number, random: RandomSource): number {
  const reach = 1 - (1 - geometricProbability) ** longest;
  const size = Math.ceil(Math.log1p(-random.random() * reach) / Math.log1p(-geometricProbability));
  return Math.min(longest, Math.max(1, size));
}
