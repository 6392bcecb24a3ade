import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { sourceRules } from "../option-rules.ts";
import { linesOf } from "../text/lines.ts";
import { strip } from "../text/python-white-space.ts";
import type { Source, SourceOptions } from "../sources/source.ts";

/**
 * Documents in google-research/bert's plain text format for pretraining: one sentence per line, an empty line between
 * documents. Each document is a list of trimmed sentences; empty documents are skipped. White space is defined as in
 * Python, and every carriage return is removed, as in TensorFlow's line reader.
 */
export function readDocuments(source: Source, options: SourceOptions = {}): Dataset<string[]> {
  return readerDataset("readDocuments", source, options, sourceRules, async function* (options) {
    let document: string[] = [];
    for await (const line of linesOf(source, options, "\n")) {
      const sentence = strip(line.replaceAll("\r", ""));
      if (sentence !== "") {
        document.push(sentence);
      } else if (document.length > 0) {
        yield document;
        document = [];
      }
    }
    if (document.length > 0) yield document;
  });
}
