import type { CorpusOptions } from "@bertkit/datasets";
import type { CorpusSettings } from "../../data/corpus-settings.ts";
import { choiceOption, type OptionsOf, textOption } from "./option.ts";
import { encodingOption, layoutOption } from "./shared-options.ts";

/** How text is read: options that the commands over a corpus share. */
export const corpusOptions: OptionsOf<CorpusSettings> = {
  layout: layoutOption,
  field: textOption("NAME", "field of JSON Lines, Parquet and tf.Examples that has a document's text (default text)"),
  language: textOption("TAG", "language for splitting prose into sentences: en (default), de, zh, …"),
  format: choiceOption(["text", "jsonl", "parquet", "tfrecord"], "format of the files (default: by their names)"),
  split: textOption("WORD", "read only the files of a folder with this word in their path, such as train"),
  encoding: encodingOption,
};

const { language: _, ...unsplit } = corpusOptions;

/** The same for commands that do not split prose into sentences. */
export const unsplitCorpusOptions: OptionsOf<Omit<CorpusSettings, "language">> = unsplit;

/** Options for `readCorpus` that keep each document's sentences in one piece, for commands that only count words. */
export function unsplitCorpus({
  layout,
  field,
  format,
  split,
  encoding,
}: Omit<CorpusSettings, "language">): CorpusOptions {
  return {
    sentences: (text) => [text],
    ...(layout !== undefined && { layout }),
    ...(field !== undefined && { field }),
    ...(format !== undefined && { format }),
    ...(split !== undefined && { split }),
    ...(encoding !== undefined && { encoding }),
  };
}
