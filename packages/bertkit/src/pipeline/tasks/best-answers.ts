import { type EncodedQuestion, type QuestionWindow, type TokenSpan, widenToWords } from "@bertkit/heads";

/** A slice of the context; empty, at 0, if there is no answer. */
export interface FoundAnswer {
  /** `context.slice(start, end)`. */
  readonly answer: string;
  /** Probability of its start times that of its end. */
  readonly score: number;
  /** Index of the first character, in UTF-16 units. */
  readonly start: number;
  /** Index after the last character. */
  readonly end: number;
}

/** The result if the context does not have the answer. */
export function noAnswer(score: number): FoundAnswer {
  return { answer: "", score, start: 0, end: 0 };
}

interface Limits {
  readonly count: number;
  /** Maximum tokens, before an answer is widened to words. */
  readonly longest: number;
  /** Whether answers begin and end with the tokenizer's words. */
  readonly words: boolean;
}

/**
 * The best answers of a question's windows. Probabilities are computed per window, over its context and [CLS], which
 * means no answer. Spans of tokens in the same words are one answer, with the highest of their scores. Source: Hugging
 * Face transformers, `QuestionAnsweringPipeline`.
 */
export class BestAnswers {
  readonly #question: EncodedQuestion;
  readonly #limits: Limits;
  readonly #found: { first: number; last: number; score: number }[] = [];
  #minNull = Infinity;

  constructor(question: EncodedQuestion, limits: Limits) {
    this.#question = question;
    this.#limits = limits;
  }

  /** @param logits start and end logits of each token, [tokens · 2] */
  add({ start, end, offset, maximumContext }: QuestionWindow, logits: Float32Array): void {
    const count = end - start;
    const starts = probabilities(logits, 0, offset, count);
    const ends = probabilities(logits, 1, offset, count);
    this.#minNull = Math.min(this.#minNull, starts[count]! * ends[count]!);
    for (let first = 0; first < count; first++) {
      if (maximumContext[first] === 0) continue; // another window has more context around it
      for (let last = first; last < Math.min(count, first + this.#limits.longest); last++)
        this.#keep([first + start, last + start], starts[first]! * ends[last]!);
    }
  }

  best(withNull: boolean): FoundAnswer[] {
    const { context, contextOffsets } = this.#question;
    const answers = this.#found.map(({ first, last, score }) => {
      const [start, end] = [contextOffsets[2 * first]!, contextOffsets[2 * last + 1]!];
      return { answer: context.slice(start, end), score, start, end };
    });
    if (!withNull) return answers;
    const none = noAnswer(this.#minNull === Infinity ? 1 : this.#minNull);
    return [...answers, none].sort((a, b) => b.score - a.score).slice(0, this.#limits.count);
  }

  #keep(tokens: TokenSpan, score: number): void {
    const found = this.#found;
    if (found.length === this.#limits.count && !(score > found.at(-1)!.score)) return;
    const [first, last] = this.#limits.words ? widenToWords(this.#question, tokens) : tokens;
    const same = found.findIndex((one) => one.first === first && one.last === last);
    if (same >= 0 && !(score > found[same]!.score)) return;
    if (same >= 0) found.splice(same, 1);
    let place = found.length;
    while (place > 0 && found[place - 1]!.score < score) place--;
    found.splice(place, 0, { first, last, score });
    if (found.length > this.#limits.count) found.pop();
  }
}

/** Of the window's context tokens, then of [CLS]. */
function probabilities(logits: Float32Array, which: 0 | 1, offset: number, count: number): Float64Array {
  const values = Float64Array.from(
    { length: count + 1 },
    (_, i) => logits[2 * (i === count ? 0 : offset + i) + which]!,
  );
  const most = values.reduce((best, value) => Math.max(best, value), -Infinity);
  const powers = values.map((value) => Math.exp(value - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
