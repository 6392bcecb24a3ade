import { checkOptions } from "@bertkit/checks";
import type { Tokenizer } from "@bertkit/tokenizer";
import { answerRules, questionRules } from "../option-rules.ts";
import type { AnswerMode, TokenSpan } from "./answer-tokens.ts";
import { bestSpans, byScore, nullSpan, type ScoredSpan, type SpanOptions, type WindowLogits } from "./best-spans.ts";
import { contextWords, joinedWords } from "./context-words.ts";
import type { EncodedQuestion } from "./encode-question.ts";
import { finalText } from "./final-text.ts";

/** How logits become answers. */
export interface AnswerOptions extends SpanOptions {
  /** Default "offsets". */
  readonly mode?: AnswerMode;
  /** Whether "no answer" is among the answers, as SQuAD 2.0 has it. Default false. */
  readonly nullAnswers?: boolean;
  /** "No answer" is the best where its score exceeds the best span's by more than this. Default 0. */
  readonly nullThreshold?: number;
}

/** A slice of a context that answers a question; an empty one at 0 for "no answer". */
export interface Answer {
  /** `context.slice(start, end)`. */
  readonly text: string;
  /** First character, in UTF-16 units. */
  readonly start: number;
  /** One past the last character. */
  readonly end: number;
  /** Softmax of the sums of logits over the answers listed. */
  readonly score: number;
  readonly startLogit: number;
  readonly endLogit: number;
}

/** What a model answers to one question. */
export interface Answers {
  /** The highest sum of logits first: at most `nBest`, and "no answer" where it is asked for. Empty where nothing is allowed. */
  readonly nBest: readonly Answer[];
  /** The one to give: the first, or with `nullAnswers` what the threshold decides. */
  readonly best: Answer | undefined;
  /** Score of "no answer" less that of the best span, which `nullThreshold` is compared with; Infinity without a span. */
  readonly nullOdds?: number;
}

/**
 * Answers from the logits of a question's windows. Modes differ in what text a span of tokens is, and "google" gives
 * equal texts once only. Source: google-research/bert, run_squad.py, `write_predictions`; Hugging Face, utils_qa.py.
 */
export function decodeAnswers(
  question: EncodedQuestion,
  logits: readonly WindowLogits[],
  tokenizer: Tokenizer,
  options: AnswerOptions = {},
): Answers {
  checkOptions("decodeAnswers", options, answerRules, Object.keys(questionRules));
  const { mode = "offsets", nullAnswers = false, nullThreshold = 0, nBest = 20 } = options;
  if (logits.length !== question.windows.length)
    throw new RangeError(
      `decodeAnswers: the question has ${question.windows.length} windows, got logits of ${logits.length}. Give those of each window.`,
    );
  const none = nullAnswers ? nullSpan(logits) : undefined;
  const spans = bestSpans(question, logits, options);
  if (none) spans.push(none);
  spans.sort(byScore);
  const place = mode === "google" ? placesOfWords(question, tokenizer) : placesOfTokens(question);
  const seen = new Set<string>();
  const chosen: Omit<Answer, "score">[] = [];
  const add = ({ tokens, startLogit, endLogit }: ScoredSpan): void => {
    const [start, end] = tokens ? place(tokens) : [0, 0];
    const text = question.context.slice(start, end);
    const key = mode === "google" ? joinedWords(text) : `${start} ${end}`;
    if (!seen.has(key)) chosen.push({ text, start, end, startLogit, endLogit });
    seen.add(key);
  };
  for (const span of spans) {
    if (chosen.length >= nBest) break;
    add(span);
  }
  if (none) add(none);
  const answers = withProbabilities(chosen);
  if (!nullAnswers) return { nBest: answers, best: answers[0] };
  const span = answers.find(({ text }) => text !== "");
  const nullOdds = none && span ? none.startLogit + none.endLogit - span.startLogit - span.endLogit : Infinity;
  const empty = answers.find(({ text }) => text === "");
  return { nBest: answers, best: nullOdds > nullThreshold ? empty : span, nullOdds };
}

/** Where in the context a span of its tokens is: [start, end). */
type Place = (tokens: TokenSpan) => readonly [start: number, end: number];

function placesOfTokens({ contextOffsets }: EncodedQuestion): Place {
  return ([first, last]) => [contextOffsets[2 * first]!, contextOffsets[2 * last + 1]!];
}

function placesOfWords(question: EncodedQuestion, tokenizer: Tokenizer): Place {
  const words = contextWords(question.context);
  return (tokens) => finalText(question, tokens, words, tokenizer);
}

function withProbabilities(answers: readonly Omit<Answer, "score">[]): Answer[] {
  const scores = answers.map(({ startLogit, endLogit }) => startLogit + endLogit);
  const highest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return answers.map((answer, i) => ({ ...answer, score: weights[i]! / total }));
}
