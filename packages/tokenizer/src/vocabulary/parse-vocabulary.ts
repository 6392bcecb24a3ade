import { checkText } from "../check-options.ts";
import { Vocabulary } from "./vocabulary.ts";

/**
 * Reads vocab.txt: one piece per line; its id is the line's index. Lines end with \n or \r\n. A byte order mark, spaces
 * and tabs after a piece, and empty lines at the end are skipped. Nothing else is trimmed: U+2028 is a piece of
 * bert-base-chinese.
 *
 * @param file the name in error messages.
 * @throws TokenizerError on an empty line or a duplicate piece, with the file and line.
 */
export function parseVocabulary(text: string, file = "vocab.txt"): Vocabulary {
  checkText(file, "it", text);
  let lines = text.replace(/^\ufeff/, "");
  if (/[\r\t ]/.test(lines)) lines = lines.replace(/\r(?=\n|$)|(?<=[^\n\r\t ])[\t ]+(?=[\n\r]|$)/g, "");
  let end = lines.length;
  while (end > 0 && lines.charCodeAt(end - 1) === 10) end--;
  // Do not build a new string if avoidable: it would be slower to read.
  const ended = end < lines.length ? lines.slice(0, end + 1) : `${lines}\n`;
  return new Vocabulary({ text: end === 0 ? "" : ended, separator: 10 }, file);
}
