import { stat, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Tokenizer, TokenizerError } from "@bertkit/tokenizer";
import { tokenizerFromFiles } from "@bertkit/tokenizer/files";
import { folderOf } from "../model/folder-of.ts";
import { readTokenizer } from "../model/read-tokenizer.ts";

/**
 * Opens the tokenizer at a path: a vocab.txt, a tokenizer.json, or a folder with either.
 *
 * @param lowercase for a vocab.txt; default: true if it has no capitals
 */
export async function openTokenizer(path: string, lowercase?: boolean): Promise<Tokenizer> {
  if ((await stat(path)).isDirectory()) return readTokenizer(await folderOf(path), lowercase ?? "vocabulary");
  const text = await readFile(path, "utf8");
  if (text.trim() === "")
    throw new TokenizerError("file", `${path} is empty. Name a vocab.txt, a tokenizer.json, or a model folder.`);
  try {
    return tokenizerOf(path, text, lowercase);
  } catch (error) {
    if (!TokenizerError.isInstance(error)) throw error;
    throw new TokenizerError(
      error.code,
      error.message.replace(/^(?:vocab\.txt|tokenizer\.json):/, () => `${path}:`),
    );
  }
}

function tokenizerOf(path: string, text: string, lowercase: boolean | undefined): Tokenizer {
  const settings = lowercase === undefined ? {} : { tokenizerConfig: { do_lower_case: lowercase } };
  if (basename(path).endsWith(".json")) return tokenizerFromFiles({ tokenizerJson: text, ...settings });
  return tokenizerFromFiles({
    vocab: text,
    tokenizerConfig: { do_lower_case: lowercase ?? !/^(?!\[).*\p{Lu}/mu.test(text) },
  });
}
