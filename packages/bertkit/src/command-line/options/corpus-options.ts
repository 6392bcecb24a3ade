import type { CorpusFormat, CorpusLayout, CorpusOptions } from "@bertkit/datasets";
import { choiceOption, type OptionsOf, textOption } from "./option.ts";
import { layoutOption } from "./shared-options.ts";

/** How a command reads a corpus. */
export interface CorpusValues {
  readonly layout?: CorpusLayout;
  readonly field?: string;
  readonly language?: string;
  readonly format?: CorpusFormat;
  readonly split?: string;
  readonly encoding?: string;
}

/** How text is read: options that the commands over a corpus share. */
export const corpusOptions: OptionsOf<CorpusValues> = {
  layout: layoutOption,
  field: textOption("NAME", "field of JSON Lines, Parquet and tf.Examples that has a document's text (default text)"),
  language: textOption("TAG", "language for splitting prose into sentences: en (default), de, zh, …"),
  format: choiceOption(["text", "jsonl", "parquet", "tfrecord"], "format of the files (default: by their names)"),
  split: textOption("WORD", "of a folder, only files with this word in their path, such as train"),
  encoding: textOption("NAME", "of plain text (default utf-8)"),
};

/** Options for `readCorpus` that keep each document's sentences in one piece, for commands that only count words. */
export function unsplitCorpus({ layout, field, format, split, encoding }: CorpusValues): CorpusOptions {
  return {
    sentences: (text) => [text],
    ...(layout !== undefined && { layout }),
    ...(field !== undefined && { field }),
    ...(format !== undefined && { format }),
    ...(split !== undefined && { split }),
    ...(encoding !== undefined && { encoding }),
  };
}
