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
  // Not put together anew where it need not be: a text just made is slower to read.
  const ended = end < lines.length ? lines.slice(0, end + 1) : `${lines}\n`;
  return new Vocabulary({ text: end === 0 ? "" : ended, separator: 10 }, file);
}
