import { fromGenerator } from "../iterables/any-iterable.ts";
import { readText, type Source, type SourceOptions } from "./source.ts";

/** The lines of a text without their ends (\n or \r\n). A line end at the end of the text starts no line more. */
export function readLines(source: Source, options: SourceOptions = {}): AsyncIterable<string> {
  return fromGenerator(async function* () {
    let held = "";
    for await (const text of readText(source, options)) {
      let start = 0;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
        yield withoutReturn(held + text.slice(start, end));
        held = "";
        start = end + 1;
      }
      held += text.slice(start);
    }
    if (held !== "") yield withoutReturn(held);
  });
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
