import { stat, readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Tokenizer } from "@bertkit/tokenizer";
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
  const settings = lowercase === undefined ? {} : { tokenizerConfig: { do_lower_case: lowercase } };
  if (basename(path).endsWith(".json")) return tokenizerFromFiles({ tokenizerJson: text, ...settings });
  return tokenizerFromFiles({
    vocab: text,
    tokenizerConfig: { do_lower_case: lowercase ?? !/^(?!\[).*\p{Lu}/mu.test(text) },
  });
}
