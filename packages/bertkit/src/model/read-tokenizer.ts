import { CheckpointError, type Folder, readText } from "@bertkit/checkpoints";
import { type Tokenizer, tokenizerFromFiles } from "@bertkit/tokenizer";

/** Reads a folder's tokenizer: tokenizer.json, or vocab.txt, with tokenizer_config.json and special_tokens_map.json where there are such. */
export async function readTokenizer(folder: Folder): Promise<Tokenizer> {
  const names = ["vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"];
  const [vocab, tokenizerJson, tokenizerConfig, specialTokensMap] = await Promise.all(
    names.map((name) => readText(folder, name)),
  );
  if (vocab === undefined && tokenizerJson === undefined)
    throw new CheckpointError(
      "FOLDER",
      `fromPretrained: there is neither tokenizer.json nor vocab.txt in ${folder.label ?? "the folder"}.`,
    );
  return tokenizerFromFiles({ vocab, tokenizerJson, tokenizerConfig, specialTokensMap });
}
