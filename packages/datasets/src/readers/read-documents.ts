import { fromGenerator } from "../iterables/any-iterable.ts";
import { readLines } from "../text/lines.ts";
import { strip } from "../text/python-white-space.ts";
import type { Source, SourceOptions } from "../text/source.ts";

/**
 * Documents of the plain text that google-research/bert pretrains from: one sentence a line, an empty line between
 * documents. Each document is its sentences, without white space around them; empty documents are passed over.
 * What is white space is Python's to say, and a carriage return is dropped wherever it stands, as TensorFlow's reader of
 * lines drops it.
 */
export function readDocuments(source: Source, options: SourceOptions = {}): AsyncIterable<string[]> {
  return fromGenerator(async function* () {
    let document: string[] = [];
    for await (const line of readLines(source, options)) {
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
