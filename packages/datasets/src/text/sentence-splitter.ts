import { checkText } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import { splitSentences } from "./split-sentences.ts";

/** Splits a text into its sentences, trimmed, with white space inside as single spaces. */
export type SentenceSplitter = (text: string) => string[];

/**
 * The splitter of a language: for English `splitSentences`; for others the rules of Unicode Standard Annex 29 as
 * implemented by `Intl.Segmenter`, except that short abbreviations ("z. B.", "p. ex.", "т. е.") and marks before a
 * lower-case letter do not end a sentence. A blank line always ends one; a single line end is a space.
 *
 * @param language a BCP 47 tag, such as "de" or "pt-BR"
 * @throws DatasetError on an invalid tag
 */
export function sentenceSplitter(language: string): SentenceSplitter {
  checkText("sentenceSplitter", "language", language, 'Pass a tag such as "de", "pt-BR" or "zh".');
  if (/^en(?:-|$)/i.test(language)) return splitSentences;
  let segmenter: Intl.Segmenter;
  try {
    segmenter = new Intl.Segmenter(language, { granularity: "sentence" });
  } catch {
    throw new DatasetError(
      "sentenceSplitter",
      `${JSON.stringify(language.slice(0, 60))} is not a language. Pass a tag such as "de", "pt-BR" or "zh".`,
    );
  }
  return (text) =>
    text
      .split(/\n[^\S\n]*\n|\r\n[^\S\n]*\r\n|\u2029/u)
      .flatMap((paragraph) => joined(segmenter.segment(paragraph.replace(/\s+/gu, " ").trim())));
}

function joined(segments: Iterable<{ segment: string }>): string[] {
  const sentences: string[] = [];
  let sentence = "";
  for (const { segment } of segments) {
    if (sentence !== "" && !continues(sentence, segment)) {
      sentences.push(sentence.trim());
      sentence = "";
    }
    sentence += segment;
  }
  if (sentence.trim() !== "") sentences.push(sentence.trim());
  return sentences;
}

/**
 * Whether what follows belongs to the same sentence: after an abbreviation of at most two letters, or in lower case.
 */
function continues(before: string, after: string): boolean {
  return /(?<![\p{L}\p{N}])\p{L}{1,2}\. $/u.test(before.slice(-5)) || /^[\p{P}\s]{0,3}\p{Ll}/u.test(after);
}
