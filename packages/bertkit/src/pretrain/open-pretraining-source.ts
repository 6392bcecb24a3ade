import { type Corpus, readCorpus } from "@bertkit/datasets";
import { bertTokenizer, type Tokenizer } from "@bertkit/tokenizer";
import { trainWordPiece } from "@bertkit/tokenizer/training";
import { hasShards } from "../data/shard-folder.ts";
import { textOutside } from "../data/text-outside.ts";
import type { PretrainOptions } from "./pretrain-options.ts";
import type { PretrainSettings } from "./pretrain-settings.ts";
import { PretrainingData } from "./pretraining-data.ts";
import type { PretrainingSource } from "./pretraining-source.ts";
import { ShardSource } from "./shard-source.ts";
import { StreamSource } from "./stream-source.ts";

export interface OpenedSource {
  readonly source: PretrainingSource;
  readonly tokenizer: Tokenizer;
}

/**
 * Opens the training data: shards if the paths are folders with an index.json, else text. Text of at least `streamFrom`
 * MiB is read during training, smaller text is held in memory. Files of the output folder are not text.
 *
 * @throws RangeError for shards without a tokenizer, or mixed with text, or if the output folder is the text's
 */
export async function openPretrainingSource(
  {
    text: paths,
    out,
    layout = "sentences",
    encoding = "utf-8",
    tokenizer: given,
    onMessage = () => {},
  }: PretrainOptions,
  settings: PretrainSettings,
): Promise<OpenedSource> {
  const shards = paths.filter(hasShards);
  if (shards.length > 0) {
    if (shards.length < paths.length)
      throw new RangeError(
        `pretrain: ${shards[0]} has shards, and ${paths.find((path) => !shards.includes(path))} has none. Pass shards or text.`,
      );
    if (given === undefined)
      throw new RangeError(
        "pretrain: shards need the tokenizer that they were made with. Pass it (tokenizer, --vocabulary).",
      );
    if (settings.packing)
      throw new RangeError(
        "pretrain: packing is for text, not for shards: their instances exist already. Pass the text.",
      );
    return { source: await ShardSource.open(shards, given, settings), tokenizer: given };
  }
  const corpus = await readCorpus(await textOutside(paths, out), { layout, encoding, partBytes: 1 << 17 });
  const bytes = corpus.parts.reduce((sum, part) => sum + part.bytes, 0);
  if (settings.packing || bytes >= settings.streamFrom * 2 ** 20) {
    const tokenizer = given ?? (await trainedTokenizer(sentencesOf(corpus), settings, onMessage));
    return { source: await StreamSource.open(corpus, tokenizer, settings), tokenizer };
  }
  const texts = await corpus.documents().toArray();
  if (texts.flat().length === 0)
    throw new RangeError(
      `pretrain: there is no text in ${paths.slice(0, 5).join(", ")}. Check the files and the layout.`,
    );
  const tokenizer = given ?? (await trainedTokenizer(texts.flat(), settings, onMessage));
  return { source: new PretrainingData(texts, tokenizer, settings), tokenizer };
}

async function* sentencesOf(corpus: Corpus): AsyncGenerator<string, void, undefined> {
  for await (const document of corpus.read(corpus.parts)) yield document.join("\n");
}

async function trainedTokenizer(
  texts: readonly string[] | AsyncIterable<string>,
  { vocabularySize, lowercase }: PretrainSettings,
  onMessage: (message: string) => void,
): Promise<Tokenizer> {
  const vocabulary = await trainWordPiece(texts, { vocabularySize, lowercase });
  onMessage(`trained a vocabulary of ${vocabulary.size.toLocaleString("en-US")} tokens.`);
  return bertTokenizer({ vocabulary, lowercase });
}
