import { TokenizerError } from "../tokenizer-error.ts";
import { Vocabulary } from "./vocabulary.ts";

/**
 * Reads vocab.txt: one piece a line, its id the line's place from 0. Line ends may be \n or \r\n; a byte-order
 * mark and empty lines at the end are passed over. Nothing else is trimmed: U+2028 is a piece of bert-base-chinese.
 *
 * @param file what errors call it.
 * @throws TokenizerError on an empty line or a piece that comes twice, with the file and line.
 */
export function parseVocabulary(text: string, file = "vocab.txt"): Vocabulary {
  const lines = (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).split("\n");
  if (text.includes("\r")) {
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]!;
      if (line.charCodeAt(line.length - 1) === 13) lines[i] = line.slice(0, -1);
    }
  }
  while (lines.length > 0 && lines[lines.length - 1] === "") lines.pop();
  try {
    return new Vocabulary(lines);
  } catch (error) {
    if (!TokenizerError.isInstance(error)) throw error;
    throw new TokenizerError("vocabulary", `${file}: ${error.message.replace(/^Vocabulary: /, "")}`);
  }
}

/** Writes vocab.txt, each line ended by \n. */
export function serializeVocabulary(vocabulary: Vocabulary): string {
  return vocabulary.tokens.map((token) => `${token}\n`).join("");
}
