import { checkText } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import { abbreviationsByLanguage, oneLetterWords } from "./abbreviations-by-language.ts";
import { splitSentences } from "./split-sentences.ts";

/** Splits a text into its sentences, trimmed, with white space inside as single spaces. */
export type SentenceSplitter = (text: string) => string[];

/**
 * The splitter of a language: for English `splitSentences`; for others the rules of Unicode Standard Annex 29 as
 * implemented by `Intl.Segmenter`, except that initials ("J. Bach"), short abbreviations in a row ("z. B.", "p. ex.",
 * "т. е."), the language's usual ones before names and numbers ("Dr.", "Nr.") and marks before a lower-case letter do not
 * end a sentence. A blank line always ends one; a single line end is a space.
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
  const isAbbreviated = endsAbbreviated(language.replace(/-.*$/s, "").toLowerCase());
  return (text) =>
    text
      .split(/\n[^\S\n]*\n|\r\n[^\S\n]*\r\n|\u2029/u)
      .flatMap((paragraph) => joined(segmenter.segment(paragraph.replace(/\s+/gu, " ").trim()), isAbbreviated));
}

function joined(segments: Iterable<{ segment: string }>, isAbbreviated: (before: string) => boolean): string[] {
  const sentences: string[] = [];
  let sentence = "";
  for (const { segment } of segments) {
    if (sentence !== "" && !/^[\p{P}\s]{0,3}\p{Ll}/u.test(segment) && !isAbbreviated(sentence)) {
      sentences.push(sentence.trim());
      sentence = "";
    }
    sentence += segment;
  }
  if (sentence.trim() !== "") sentences.push(sentence.trim());
  return sentences;
}

/** Whether a text of a language, which ends with a space, ends with an abbreviation before it. */
function endsAbbreviated(language: string): (text: string) => boolean {
  const abbreviations = abbreviationsByLanguage[language];
  const oneLetter = oneLetterWords[language];
  return (text) => {
    const found =
      /(?<number>\p{N} )?(?<pair>(?<![\p{L}\p{N}])\p{L}{1,2}\. ?)?(?<![\p{L}\p{N}])(?<word>\p{L}{1,12})\. $/u.exec(
        text.slice(-24),
      );
    if (found === null) return false;
    const { number, pair, word = "" } = found.groups!;
    const isSmall = /^\p{Ll}+$/u.test(word);
    if (number !== undefined && isSmall && word.length <= 2) return false; // a unit: "5 m.", "5 km."
    if (word.length === 1) return !oneLetter?.has(word);
    if (pair !== undefined && isSmall && word.length === 2) return true;
    return !/^\p{Lu}+$/u.test(word) && (abbreviations?.has(word.toLowerCase()) ?? false);
  };
}
