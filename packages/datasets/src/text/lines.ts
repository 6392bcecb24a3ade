import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { sourceRules } from "../option-rules.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import { textOf } from "./read-text.ts";

/**
 * The lines of a text without their ends: \n, \r\n or \r. A line end at the end of the text does not start another
 * line.
 */
export function readLines(source: Source, options: SourceOptions = {}): Dataset<string> {
  return readerDataset("readLines", source, options, sourceRules, (options) => linesOf(source, options));
}

/** The lines of a text; `ends` are the characters that end one, "\r\n" being one end. */
export async function* linesOf(
  source: Source,
  options: SourceOptions,
  ends: "\n" | "\n and \r" = "\n and \r",
): AsyncGenerator<string, void, undefined> {
  const end = ends === "\n" ? /\n/g : /[\n\r]/g;
  let held: string[] = [];
  let isAfterReturn = false; // a \n that follows belongs to the same end
  for await (const text of textOf(source, options)) {
    let start = isAfterReturn && text[0] === "\n" ? 1 : 0;
    isAfterReturn = false;
    end.lastIndex = start;
    for (let found = end.exec(text); found !== null; found = end.exec(text)) {
      held.push(text.slice(start, found.index));
      yield held.length === 1 ? held[0]! : held.join("");
      held = [];
      start = found.index + 1;
      if (found[0] !== "\r") continue;
      if (start === text.length) isAfterReturn = true;
      else if (text[start] === "\n") end.lastIndex = ++start;
    }
    if (start < text.length) held.push(text.slice(start));
  }
  if (held.length > 0) yield held.join("");
}
