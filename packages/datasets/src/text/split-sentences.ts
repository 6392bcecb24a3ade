import { checkText } from "@bertkit/checks";
import {
  capitalOftenLast,
  namePrefixes,
  neverLast,
  numberPrefixes,
  numeralPrefixes,
  oftenLast,
  starters,
} from "./abbreviations.ts";

/**
 * The sentences of an English text, trimmed, with white space inside as single spaces. A blank line always ends a
 * sentence; a single line end is a space, so hard-wrapped text is fine.
 *
 * Rules, not statistics: a full stop, question or exclamation mark ends a sentence if white space follows, unless the
 * word before is an abbreviation ("Mr.", "No. 5", "U.S. Army", "e.g."), an initial ("John F. Kennedy"), or a list
 * number, or the next word is in lower case. After an abbreviation that can end a sentence ("Inc.", "U.S.", "Jan."), a
 * word that usually starts one ("The", "We", "However") decides. It does not recognize names that are such words, or
 * other languages' abbreviations.
 */
export function splitSentences(text: string): string[] {
  checkText("splitSentences", "text", text);
  return text
    .split(/\n[^\S\n]*\n|\r\n[^\S\n]*\r\n|\u2029/u)
    .flatMap((paragraph) => splitParagraph(paragraph.replace(/\s+/gu, " ").trim()));
}

/**
 * Marks that can end a sentence, closing characters, then a space or, if it was forgotten, a capital. A match starts
 * only where no mark precedes, so that a row of marks is scanned once, not once from each mark.
 */
const candidates =
  /(?<![.!?…] ?)(?<mark>[.!?…]+(?: [.!?…]+)*)(?<close>["'”’)\]»}]*)(?<gap> |(?<=\p{Ll}\p{Ll}[.!?])(?=\p{Lu}\p{Ll}|I[ '’]))|(?<wide>[。！？]+["'”’」』）]*) ?/gu;

function splitParagraph(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const match of text.matchAll(candidates)) {
    const end = match.index + match[0].length;
    if (end >= text.length) break;
    if (!isBoundary(text, start, match.index, end, match.groups as unknown as CandidateGroups)) continue;
    sentences.push(text.slice(start, end).trimEnd());
    start = end;
  }
  if (start < text.length) sentences.push(text.slice(start));
  return sentences;
}

interface CandidateGroups {
  mark?: string;
  close?: string;
  gap?: string;
}

/** Whether the candidate at `at`, after which the text continues at `end`, ends the sentence that began at `start`. */
function isBoundary(
  text: string,
  start: number,
  at: number,
  end: number,
  { mark, close = "", gap }: CandidateGroups,
): boolean {
  if (mark === undefined) return true; // a full-width mark has no other use
  const next = /^[^\p{L}\p{N}]*(?<word>[\p{L}\p{N}][\p{L}\p{N}'’-]*)?(?<after>\.?)/u.exec(
    text.slice(end, end + 60),
  )?.groups;
  const word = next?.["word"];
  if (word === undefined) return false; // only marks follow; they belong to this sentence
  if (/^\p{Ll}/u.test(word)) return false;
  const head = at - start < 8 ? text.slice(start, at) : "";
  if (mark === "." && !/["”]/u.test(close) && /^["'“‘([]*(?:\d{1,3}|[A-Za-z]|[ivxIVX]+)$/u.test(head)) return false; // "1." or "A." at the start of an item
  const tail = text.slice(Math.max(start, at - 60), at);
  if (gap === "") return !/(?:www\.|[/@\\])\S*$/iu.test(tail); // the space was forgotten, unless this is a URL or address
  if (mark !== "." || close !== "") return true;
  const before = /(?:^|[\s"'“‘([«{—–-])(?<token>[^\s"'“‘([«{—–-]+)$/u.exec(tail)?.groups?.["token"];
  return before === undefined || !continues(before, word, next?.["after"] === ".");
}

/** Whether a sentence continues after the token `before` and its full stop, if `word` is next. */
function continues(before: string, word: string, wordIsAbbreviated: boolean): boolean {
  const plain = before.toLowerCase();
  const capital = /^\p{Lu}/u.test(before);
  if (neverLast.has(plain)) return true;
  if (numberPrefixes.has(plain) && /^\p{N}/u.test(word)) return true;
  if (numeralPrefixes.has(plain) && (/^\p{N}/u.test(word) || (capital && /^(?:[IVXLC]+|[A-Z])$/u.test(word))))
    return true;
  if (namePrefixes.has(plain) && capital) return /^\p{Lu}/u.test(word);
  const undecided =
    /^\p{Lu}$/u.test(before) || // an initial
    /^\p{L}{1,2}(?:\.\p{L}{1,2})+$/u.test(before) || // "U.S", "Ph.D"
    oftenLast.has(plain) ||
    (capital && capitalOftenLast.has(plain));
  if (!undecided) return false;
  const initialFollows = wordIsAbbreviated && word.length === 1;
  return initialFollows || !starters.has(word.toLowerCase());
}
