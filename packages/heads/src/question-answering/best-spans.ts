import type { EncodedQuestion, QuestionWindow } from "./encode-question.ts";

/** Start and end logits of a window, one each for every position of its row; more, for padding, may follow. */
export interface WindowLogits {
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
}

/** A span of context tokens, or none, with what the model makes of it. */
export interface ScoredSpan {
  /** First and last token in the context; undefined for "no answer". */
  readonly tokens: readonly [first: number, last: number] | undefined;
  readonly startLogit: number;
  readonly endLogit: number;
}

/** Which spans are taken. */
export interface SpanOptions {
  /** How many starts and how many ends of each window are paired. Default 20, as in run_squad.py. */
  readonly nBest?: number;
  /** Most tokens in an answer. Default 30, as in run_squad.py. */
  readonly maxAnswerLength?: number;
}

/**
 * Every allowed pair of the best starts and ends of each window, not yet in order. A start counts only in the window that
 * gives it the most context. Source: google-research/bert, run_squad.py, `write_predictions`.
 */
export function bestSpans(
  { windows }: EncodedQuestion,
  logits: readonly WindowLogits[],
  { nBest = 20, maxAnswerLength = 30 }: SpanOptions = {},
): ScoredSpan[] {
  return windows.flatMap((window, i) => windowSpans(window, logits[i]!, nBest, maxAnswerLength));
}

/** What the window that believes in it least gives to "no answer": the logits of its [CLS]; undefined without windows. */
export function nullSpan(logits: readonly WindowLogits[]): ScoredSpan | undefined {
  const spans = logits.map(({ start, end }) => ({ tokens: undefined, startLogit: start[0]!, endLogit: end[0]! }));
  return spans.length === 0 ? undefined : spans.reduce((least, span) => (byScore(least, span) < 0 ? span : least));
}

/** The order of the best first. */
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

/** Positions of the highest values, the earlier of equals first. */
function highest(values: ArrayLike<number>, count: number): number[] {
  return Array.from(values, (_, i) => i)
    .sort((a, b) => values[b]! - values[a]!)
    .slice(0, count);
}
