import type { Tokenizer } from "@bertkit/tokenizer";
import { contextWords, joinedWords } from "./context-words.ts";
import type { EncodedQuestion } from "./encode-question.ts";

/**
 * How tokens and answers are matched. "offsets": by where tokens stand in the context, in any language, as in Hugging
 * Face's run_qa.py. "google": by words between spaces and a search within them, as in google-research/bert's run_squad.py;
 * for results that equal its results.
 */
export type AnswerMode = "offsets" | "google";

/** An answer as people gave it: `context.slice(start, start + text.length)` is `text`. */
export interface GivenAnswer {
  readonly text: string;
  /** First character, in UTF-16 units. */
  readonly start: number;
}

/** [first, last] of a context's tokens. */
export type TokenSpan = readonly [first: number, last: number];

/** The context tokens of a given answer, undefined where no tokens are found for it. */
export function answerTokens(
  question: EncodedQuestion,
  answer: GivenAnswer,
  tokenizer: Tokenizer,
  mode: AnswerMode,
): TokenSpan | undefined {
  const { context } = question;
  if (!(answer.start >= 0) || !context.startsWith(answer.text, answer.start))
    throw new RangeError(
      `answerTokens: the context has ${quoted(context.slice(answer.start, answer.start + answer.text.length))} at ${answer.start}, where the answer is ${quoted(answer.text)}. Give the answer's place in UTF-16 units, as readSquad does.`,
    );
  if (answer.text === "") return undefined;
  return mode === "google" ? byWords(question, answer, tokenizer) : byOffsets(question, answer);
}

/** The tokens that share a character with the answer. */
function byOffsets({ contextOffsets }: EncodedQuestion, { text, start }: GivenAnswer): TokenSpan | undefined {
  const count = contextOffsets.length / 2;
  let first = 0;
  while (first < count && contextOffsets[2 * first + 1]! <= start) first++;
  let last = count - 1;
  while (last >= 0 && contextOffsets[2 * last]! >= start + text.length) last--;
  return first <= last ? [first, last] : undefined;
}

/** The tokens of the answer's words, and within them those that are the answer's own where there are such. */
function byWords(
  { context, contextIds, contextOffsets }: EncodedQuestion,
  { text, start }: GivenAnswer,
  tokenizer: Tokenizer,
): TokenSpan | undefined {
  const words = contextWords(context);
  const [firstWord, lastWord] = [words.wordAt(start), words.wordAt(start + text.length - 1)];
  // Unusual white space: run_squad.py leaves such examples out.
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
    // Of the spans from here the one as long as the answer is the only one that can equal it.
    const to = from + wanted.length - 1;
    if (wanted.length > 0 && to <= last && wanted.every((id, i) => id === contextIds[from + i])) return [from, to];
  }
  return first <= last ? [first, last] : undefined;
}

/** Python's white space: Unicode's and four separators of ASCII. */
const pythonSpace = new RegExp(`[\\p{White_Space}${String.fromCharCode(0x1c, 0x1d, 0x1e, 0x1f)}]+`, "u");

/** Python's str.split(). */
function pythonSplit(text: string): string[] {
  return text.split(pythonSpace).filter((word) => word !== "");
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
