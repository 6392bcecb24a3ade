import { CheckpointError, type Folder, readText } from "@bertkit/checkpoints";
import type { Tokenizer } from "@bertkit/tokenizer";
import { tokenizerFromFiles, type TokenizerFiles } from "@bertkit/tokenizer/files";

/**
 * Reads a folder's tokenizer: tokenizer.json, or vocab.txt (in `assets` in a SavedModel), with tokenizer_config.json,
 * special_tokens_map.json and added_tokens.json if they exist.
 *
 * @param lowercase for folders without a file that states the case: a value, or "vocabulary" to derive it from the
 *   capitals in the vocabulary
 */
export async function readTokenizer(folder: Folder, lowercase?: boolean | "vocabulary"): Promise<Tokenizer> {
  return tokenizerFromFiles(await readTokenizerFiles(folder, lowercase));
}

/** The files of `readTokenizer`: building the tokenizer can then wait until other files are being read. */
export async function readTokenizerFiles(folder: Folder, lowercase?: boolean | "vocabulary"): Promise<TokenizerFiles> {
  const names = [
    "vocab.txt",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
  ];
  const [beside, tokenizerJson, tokenizerConfig, specialTokensMap, addedTokens] = await Promise.all(
    names.map((name) => readText(folder, name)),
  );
  const vocab = beside ?? (await readText(folder, "assets/vocab.txt"));
  if (vocab === undefined && tokenizerJson === undefined)
    throw new CheckpointError(
      "FOLDER",
      `fromPretrained: there is neither tokenizer.json nor vocab.txt in ${folder.label ?? "the folder"}.`,
    );
  const caseUnknown = tokenizerJson === undefined && tokenizerConfig === undefined && lowercase !== undefined;
  const config = caseUnknown
    ? { do_lower_case: lowercase === "vocabulary" ? !hasCapitals(vocab ?? "") : lowercase }
    : tokenizerConfig;
  return { vocab, tokenizerJson, tokenizerConfig: config, specialTokensMap, addedTokens };
}

/** Whether any token except special tokens such as `[CLS]` has a capital letter, which lowercased text never has. */
function hasCapitals(vocab: string): boolean {
  return /^(?!\[).*\p{Lu}/mu.test(vocab);
}
