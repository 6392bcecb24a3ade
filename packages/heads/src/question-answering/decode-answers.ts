import { checkObject, checkObjects, checkOptions } from "@bertkit/checks";
import type { Tokenizer } from "@bertkit/tokenizer";
import { checkTokenizer } from "../check-arguments.ts";
import { answerRules, questionRules } from "../option-rules.ts";
import type { AnswerMode, TokenSpan } from "./answer-tokens.ts";
import { bestSpans, byScore, nullSpan, type ScoredSpan, type SpanOptions, type WindowLogits } from "./best-spans.ts";
import { contextWords, joinedWords } from "./context-words.ts";
import type { EncodedQuestion } from "./encode-question.ts";
import { finalText } from "./final-text.ts";
import { widenToWords } from "./widen-to-words.ts";

/** Options of `decodeAnswers`. */
export interface AnswerOptions extends SpanOptions {
  /** Default "offsets". */
  readonly mode?: AnswerMode;
  /**
   * Whether answers of the mode "offsets" are widened to the tokenizer's words, as transformers' pipeline does; equal ones
   * are one answer. Default false, as in SQuAD's scripts.
   */
  readonly wholeWords?: boolean;
  /** Whether "no answer" is allowed, as in SQuAD 2.0. Default false. */
  readonly nullAnswers?: boolean;
  /** With `nullAnswers`: "no answer" is predicted if its score exceeds that of the best span by more than this. Default 0. */
  readonly nullThreshold?: number;
}

/** A slice of a context that answers a question; an empty slice at 0 for "no answer". */
export interface Answer {
  /** `context.slice(start, end)`. */
  readonly text: string;
  /** Index of the first character, in UTF-16 units. */
  readonly start: number;
  /** Index after the last character. */
  readonly end: number;
  /** Softmax of the sums of logits over the returned answers. */
  readonly score: number;
  readonly startLogit: number;
  readonly endLogit: number;
}

/** The predicted answers to one question. */
export interface Answers {
  /**
   * At most `nBest` answers in descending order, with "no answer" if `nullAnswers` is set. Empty if no span is valid.
   */
  readonly nBest: readonly Answer[];
  /** The prediction: the first answer, or with `nullAnswers` as the threshold decides. */
  readonly best: Answer | undefined;
  /**
   * Score of "no answer" minus that of the best span, which is compared with `nullThreshold`; Infinity without a span.
   */
  readonly nullOdds?: number;
}

/**
 * Decodes answers from the logits of a question's windows. The mode decides which text a span of tokens is; "google"
 * returns equal texts only once. Source: google-research/bert, run_squad.py, `write_predictions`; Hugging Face,
 * utils_qa.py.
 */
export function decodeAnswers(
  question: EncodedQuestion,
  logits: readonly WindowLogits[],
  tokenizer: Tokenizer,
  options: AnswerOptions = {},
): Answers {
  checkOptions("decodeAnswers", options, answerRules, Object.keys(questionRules));
  const { mode = "offsets", wholeWords = false, nullAnswers = false, nullThreshold = 0, nBest = 20 } = options;
  checkObject(
    "decodeAnswers",
    "question",
    question,
    "what encodeQuestion gives",
    "context",
    "contextOffsets",
    "windows",
  );
  checkTokenizer("decodeAnswers", tokenizer);
  checkObjects("decodeAnswers", "logits", logits, "{ start, end }", "start", "end");
  if (logits.length !== question.windows.length)
    throw new RangeError(
      `decodeAnswers: the question has ${question.windows.length} windows, got logits of ${logits.length}. Pass the logits of each window.`,
    );
  const none = nullAnswers ? nullSpan(logits) : undefined;
  const spans = bestSpans(question, logits, options);
  if (none) spans.push(none);
  spans.sort(byScore);
  const place = mode === "google" ? placesOfWords(question, tokenizer) : placesOfTokens(question, wholeWords);
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

/** The characters of a span of tokens: [start, end). */
type Place = (tokens: TokenSpan) => readonly [start: number, end: number];

function placesOfTokens(question: EncodedQuestion, wholeWords: boolean): Place {
  const { contextOffsets } = question;
  return (tokens) => {
    const [first, last] = wholeWords ? widenToWords(question, tokens) : tokens;
    return [contextOffsets[2 * first]!, contextOffsets[2 * last + 1]!];
  };
}

function placesOfWords(question: EncodedQuestion, tokenizer: Tokenizer): Place {
  const words = contextWords(question.context);
  return (tokens) => finalText(question, tokens, words, tokenizer);
}

function withProbabilities(answers: readonly Omit<Answer, "score">[]): Answer[] {
  const scores = answers.map(({ startLogit, endLogit }) => startLogit + endLogit);
  const highest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const weights = scores.map((score) => Math.exp(score - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return answers.map((answer, i) => ({ ...answer, score: weights[i]! / total }));
}
