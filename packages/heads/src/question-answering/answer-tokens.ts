import type { Tokenizer } from "@bertkit/tokenizer";
import { contextWords, joinedWords } from "./context-words.ts";
import type { EncodedQuestion } from "./encode-question.ts";

/**
 * How tokens and answers are matched. "offsets": by the offsets of tokens, in any language, as in Hugging Face's
 * run_qa.py. "google": by words between spaces and a search within them, to reproduce the results of
 * google-research/bert's run_squad.py.
 */
export type AnswerMode = "offsets" | "google";

/** An annotated answer: `context.slice(start, start + text.length)` is `text`. */
export interface GivenAnswer {
  readonly text: string;
  /** Index of the first character, in UTF-16 units. */
  readonly start: number;
}

/** [first, last] of a context's tokens. */
export type TokenSpan = readonly [first: number, last: number];

/** The context tokens of an answer; undefined if there are none. */
export function answerTokens(
  question: EncodedQuestion,
  answer: GivenAnswer,
  tokenizer: Tokenizer,
  mode: AnswerMode,
): TokenSpan | undefined {
  const { context } = question;
  if (!(answer.start >= 0) || !context.startsWith(answer.text, answer.start))
    throw new RangeError(
      `answerTokens: the context has ${quoted(context.slice(answer.start, answer.start + answer.text.length))} at ${answer.start}, where the answer is ${quoted(answer.text)}. Pass the answer's start in UTF-16 units, as readSquad returns it.`,
    );
  if (answer.text === "") return undefined;
  return mode === "google" ? byWords(question, answer, tokenizer) : byOffsets(question, answer);
}

/** The tokens that overlap the answer. */
function byOffsets({ contextOffsets }: EncodedQuestion, { text, start }: GivenAnswer): TokenSpan | undefined {
  const count = contextOffsets.length / 2;
  let first = 0;
  while (first < count && contextOffsets[2 * first + 1]! <= start) first++;
  let last = count - 1;
  while (last >= 0 && contextOffsets[2 * last]! >= start + text.length) last--;
  return first <= last ? [first, last] : undefined;
}

/** The tokens of the answer's words, or those among them that equal the answer. */
function byWords(
  { context, contextIds, contextOffsets }: EncodedQuestion,
  { text, start }: GivenAnswer,
  tokenizer: Tokenizer,
): TokenSpan | undefined {
  const words = contextWords(context);
  const [firstWord, lastWord] = [words.wordAt(start), words.wordAt(start + text.length - 1)];
  // Unusual white space: run_squad.py skips such examples.
  const written = joinedWords(context.slice(words.starts[firstWord], words.ends[lastWord]));
  if (firstWord < 0 || !written.includes(pythonSplit(text).join(" "))) return undefined;
  const firstTokenFrom = (word: number): number => {
    let token = 0;
    while (token < contextIds.length && contextOffsets[2 * token]! < (words.starts[word] ?? Infinity)) token++;
    return token;
  };
  const first = firstTokenFrom(firstWord);
  const last = firstTokenFrom(lastWord + 1) - 1;
  const wanted = tokenizer.encode(text, undefined, { addSpecialTokens: false }).ids;
  for (let from = first; from <= last; from++) {
    // Only a span of the answer's length can equal it.
    const to = from + wanted.length - 1;
    if (wanted.length > 0 && to <= last && wanted.every((id, i) => id === contextIds[from + i])) return [from, to];
  }
  return first <= last ? [first, last] : undefined;
}

/** White space in Python: that of Unicode and four ASCII separators. */
const pythonSpace = new RegExp(`[\\p{White_Space}${String.fromCharCode(0x1c, 0x1d, 0x1e, 0x1f)}]+`, "u");

/** Python's str.split(). */
function pythonSplit(text: string): string[] {
  return text.split(pythonSpace).filter((word) => word !== "");
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
