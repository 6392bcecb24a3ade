import type { EncodedQuestion, QuestionWindow } from "./encode-question.ts";

/** Start and end logits of a window for every position of its row, optionally followed by those of padding. */
export interface WindowLogits {
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
}

/** A span of context tokens, or "no answer", with its score. */
export interface ScoredSpan {
  /** First and last token in the context; undefined for "no answer". */
  readonly tokens: readonly [first: number, last: number] | undefined;
  readonly startLogit: number;
  readonly endLogit: number;
}

/** Which spans are considered. */
export interface SpanOptions {
  /** Number of best starts and of best ends per window. Default 20, as in run_squad.py. */
  readonly nBest?: number;
  /** Maximum tokens in an answer. Default 30, as in run_squad.py. */
  readonly maxAnswerLength?: number;
}

/**
 * All valid pairs of the best starts and ends of each window, unsorted. A start is used only in the window where it has
 * the most context. Source: google-research/bert, run_squad.py, `write_predictions`.
 */
export function bestSpans(
  { windows }: EncodedQuestion,
  logits: readonly WindowLogits[],
  { nBest = 20, maxAnswerLength = 30 }: SpanOptions = {},
): ScoredSpan[] {
  return windows.flatMap((window, i) => windowSpans(window, logits[i]!, nBest, maxAnswerLength));
}

/** The lowest score of "no answer" over the windows, from the logits of [CLS]; undefined without windows. */
export function nullSpan(logits: readonly WindowLogits[]): ScoredSpan | undefined {
  const spans = logits.map(({ start, end }) => ({ tokens: undefined, startLogit: start[0]!, endLogit: end[0]! }));
  return spans.length === 0 ? undefined : spans.reduce((least, span) => (byScore(least, span) < 0 ? span : least));
}

/** Sorts in descending order. */
export function byScore(one: ScoredSpan, other: ScoredSpan): number {
  return other.startLogit + other.endLogit - (one.startLogit + one.endLogit);
}

function windowSpans(window: QuestionWindow, logits: WindowLogits, nBest: number, longest: number): ScoredSpan[] {
  const { start, end, offset, maximumContext } = window;
  const spans: ScoredSpan[] = [];
  const inContext = (position: number): boolean => position >= offset && position < offset + end - start;
  const ends = highest(logits.end, nBest).filter(inContext);
  for (const from of highest(logits.start, nBest).filter(inContext)) {
    if (maximumContext[from - offset] === 0) continue;
    for (const to of ends) {
      if (to < from || to - from >= longest) continue;
      const tokens = [from - offset + start, to - offset + start] as const;
      spans.push({ tokens, startLogit: logits.start[from]!, endLogit: logits.end[to]! });
    }
  }
  return spans;
}

/** Positions of the highest values, in descending order; ties by position. */
function highest(values: ArrayLike<number>, count: number): number[] {
  return Array.from(values, (_, i) => i)
    .sort((a, b) => values[b]! - values[a]!)
    .slice(0, count);
}
