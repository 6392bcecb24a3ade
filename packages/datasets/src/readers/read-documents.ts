import { fromGenerator } from "../iterables/any-iterable.ts";
import { readLines } from "../text/lines.ts";
import type { Source, SourceOptions } from "../text/source.ts";

/**
 * Documents of the plain text that google-research/bert pretrains from: one sentence a line, an empty line between
 * documents. Each document is its sentences, trimmed; empty documents are passed over.
 */
export function readDocuments(source: Source, options: SourceOptions = {}): AsyncIterable<string[]> {
  return fromGenerator(async function* () {
    let document: string[] = [];
    for await (const line of readLines(source, options)) {
      const sentence = line.trim();
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
