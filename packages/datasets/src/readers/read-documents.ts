import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { sourceRules } from "../option-rules.ts";
import { linesOf } from "../text/lines.ts";
import { strip } from "../text/python-white-space.ts";
import type { Source, SourceOptions } from "../sources/source.ts";

/**
 * Documents of the plain text that google-research/bert pretrains from: one sentence a line, an empty line between
 * documents. Each document is its sentences, without white space around them; empty documents are passed over.
 * What is white space is Python's to say, and a carriage return is dropped wherever it stands, as TensorFlow's reader of
 * lines drops it.
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
