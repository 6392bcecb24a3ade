import type { Setting } from "./command-settings.ts";

/** How text is read: options that the commands over a corpus share. */
export const corpusSettings: readonly Setting[] = [
  {
    name: "layout",
    kind: ["sentences", "lines", "prose"],
    help: "of plain text: one sentence a line and a blank line between documents (default); one document a line; or raw prose, whose sentences are found",
  },
  {
    name: "field",
    kind: "text",
    value: "NAME",
    help: "where a document's text is in JSON Lines, Parquet and tf.Examples (default text)",
  },
  {
    name: "language",
    kind: "text",
    value: "TAG",
    help: "whose sentences to find in raw text: en (default), de, zh, …",
  },
  {
    name: "format",
    kind: ["text", "jsonl", "parquet", "tfrecord"],
    help: "of the files (default: by their names)",
  },
  {
    name: "split",
    kind: "text",
    value: "WORD",
    help: "of a folder, only files with this word in their path, such as train",
  },
  { name: "encoding", kind: "text", value: "NAME", help: "of plain text (default utf-8)" },
];
