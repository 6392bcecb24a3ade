import { TokenizerError } from "../tokenizer-error.ts";
import { PieceList } from "./piece-list.ts";
import { Vocabulary } from "./vocabulary.ts";

/**
 * Reads vocab.txt: one piece a line, its id the line's place from 0. Line ends may be \n or \r\n; a byte-order
 * mark and empty lines at the end are passed over. Nothing else is trimmed: U+2028 is a piece of bert-base-chinese.
 *
 * @param file what errors call it.
 * @throws TokenizerError on an empty line or a piece that comes twice, with the file and line.
 */
export function parseVocabulary(text: string, file = "vocab.txt"): Vocabulary {
  let lines = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (lines.includes("\r")) lines = lines.replace(/\r(?=\n|$)/g, "");
  let end = lines.length;
  while (end > 0 && lines.charCodeAt(end - 1) === 10) end--;
  try {
    return new Vocabulary(PieceList.ofLines(end === 0 ? "" : `${lines.slice(0, end)}\n`));
  } catch (error) {
    if (!TokenizerError.isInstance(error)) throw error;
    throw new TokenizerError("vocabulary", `${file}: ${error.message.replace(/^Vocabulary: /, "")}`);
  }
}

/** Writes vocab.txt, each line ended by \n. */
export function serializeVocabulary(vocabulary: Vocabulary): string {
  return vocabulary.tokens.map((token) => `${token}\n`).join("");
}
