import type { Tokenizer } from "@bertkit/tokenizer";
import type { TokenSpan } from "./answer-tokens.ts";
import type { ContextWords } from "./context-words.ts";
import type { EncodedQuestion } from "./encode-question.ts";

/** A character and its position in the context. */
interface Placed {
  readonly character: string;
  readonly place: number;
}

/**
 * The characters [start, end) of a span of tokens in the context: the part of the tokens' words that equals the tokens
 * after normalization. If there is none, or if characters do not match one to one, all of the words.
 * Source: google-research/bert, run_squad.py, `get_final_text`.
 */
export function finalText(
  { context, contextIds, contextOffsets }: EncodedQuestion,
  [first, last]: TokenSpan,
  words: ContextWords,
  tokenizer: Tokenizer,
): [start: number, end: number] {
  const firstWord = Math.max(0, words.wordAt(contextOffsets[2 * first]!));
  const lastWord = Math.max(firstWord, words.wordAt(contextOffsets[2 * last]!));
  const whole: [number, number] = [words.starts[firstWord]!, words.ends[lastWord]!];

  const pieces = Array.from(contextIds.subarray(first, last + 1), (id) => tokenizer.token(id)).join(" ");
  const predicted = Array.from(pieces.replaceAll(" ##", "").replaceAll("##", "").trim());
  const split = splitWords(context.slice(...whole), tokenizer);
  const found = indexOf(split, predicted);
  if (found < 0) return whole;

  const original: Placed[] = [];
  for (let word = firstWord, place = 0; word <= lastWord; word++) {
    place = words.starts[word]!;
    for (const character of context.slice(place, words.ends[word])) {
      original.push({ character, place });
      place += character.length;
    }
  }
  if (split.filter(isNotSpace).length !== original.length) return whole;
  // The n-th non-space character of one text is the n-th of the other.
  const start = original[split.slice(0, found).filter(isNotSpace).length];
  const end = original[split.slice(0, found + predicted.length).filter(isNotSpace).length - 1];
  return start && end ? [start.place, end.place + end.character.length] : whole;
}

/** The characters of a text's words, normalized and split as before WordPiece, with spaces in between. */
function splitWords(text: string, { parts: { normalizer, preTokenizer } }: Tokenizer): string[] {
  const normalized = normalizer.normalize(text).text;
  const words: string[] = [];
  preTokenizer.split(normalized, 0, normalized.length, (start, end) => words.push(normalized.slice(start, end)));
  return Array.from(words.join(" "));
}

function isNotSpace(character: string): boolean {
  return character !== " ";
}

/** Index of the first occurrence of characters among others, or -1. */
function indexOf(characters: readonly string[], wanted: readonly string[]): number {
  for (let start = 0; start + wanted.length <= characters.length; start++)
    if (wanted.every((character, i) => characters[start + i] === character)) return start;
  return -1;
}
