import { strip } from "../text/python-white-space.ts";
import type { SentenceSplitter } from "../text/sentence-splitter.ts";
import type { CorpusLayout } from "./corpus-layout.ts";
import type { Line } from "./line-batches.ts";

/** The bytes of a part of a file. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Maximum UTF-16 units of a document; longer documents are split. */
export const longestDocument: number = 1 << 20;

/**
 * The documents of a part of a text file, from its lines and the lines after it. A document, or in prose a paragraph,
 * belongs to the part in which its preceding blank line begins; if each line is a document, to the part in which the
 * line begins. So each belongs to exactly one part, wherever parts begin.
 */
export function textDocuments(
  lines: AsyncIterable<readonly Line[]>,
  layout: CorpusLayout,
  range: ByteRange,
  split: SentenceSplitter,
): AsyncGenerator<string[], void, undefined> {
  if (layout === "lines") return lineDocuments(lines, range, split);
  return layout === "prose" ? proseDocuments(lines, range, split) : sentenceDocuments(lines, range);
}

async function* lineDocuments(
  lines: AsyncIterable<readonly Line[]>,
  { end }: ByteRange,
  split: SentenceSplitter,
): AsyncGenerator<string[], void, undefined> {
  for await (const batch of lines)
    for (const { text, start } of batch) {
      if (start >= end) return;
      const document = split(text);
      if (document.length > 0) yield document;
    }
}

async function* sentenceDocuments(
  lines: AsyncIterable<readonly Line[]>,
  range: ByteRange,
): AsyncGenerator<string[], void, undefined> {
  let document: string[] = [];
  let units = 0;
  for await (const batch of linesOfPart(lines, range))
    for (const line of batch) {
      if (line !== "" && units < longestDocument) {
        document.push(line);
        units += line.length;
        continue;
      }
      if (document.length > 0) yield document;
      document = line === "" ? [] : [line];
      units = line.length;
    }
  if (document.length > 0) yield document;
}

async function* proseDocuments(
  lines: AsyncIterable<readonly Line[]>,
  range: ByteRange,
  split: SentenceSplitter,
): AsyncGenerator<string[], void, undefined> {
  let document: string[] = [];
  let paragraph: string[] = [];
  let units = 0;
  for await (const batch of linesOfPart(lines, range))
    for (const line of batch) {
      if (line !== "") {
        paragraph.push(line);
        units += line.length;
        if (units < longestDocument) continue;
      }
      if (paragraph.length > 0) for (const sentence of split(paragraph.join(" "))) document.push(sentence);
      paragraph = [];
      if (units < longestDocument) continue;
      if (document.length > 0) yield document;
      document = [];
      units = 0;
    }
  if (paragraph.length > 0) for (const sentence of split(paragraph.join(" "))) document.push(sentence);
  if (document.length > 0) yield document;
}

/** The lines of a part in which blank lines, here "", separate documents or paragraphs. */
async function* linesOfPart(
  lines: AsyncIterable<readonly Line[]>,
  { start: first, end }: ByteRange,
): AsyncGenerator<string[], void, undefined> {
  let isOwn = first === 0;
  for await (const batch of lines) {
    const own: string[] = [];
    let isOver = false;
    for (const { text, start } of batch) {
      const line = strip(text.includes("\r") ? text.replaceAll("\r", "") : text);
      isOver = start >= end && (line === "" || !isOwn);
      if (isOver) break;
      isOwn ||= line === "";
      if (isOwn) own.push(line);
    }
    if (own.length > 0) yield own;
    if (isOver) return;
  }
}
