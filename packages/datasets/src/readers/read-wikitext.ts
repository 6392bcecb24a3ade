import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { sourceRules } from "../option-rules.ts";
import { linesOf } from "../text/lines.ts";
import { strip } from "../text/python-white-space.ts";
import type { Source, SourceOptions } from "../sources/source.ts";

export interface WikitextArticle {
  readonly title: string;
  /** Without headings; "@-@", "@,@" and "@.@" are joined again, other spaces before punctuation are kept. */
  readonly paragraphs: string[];
}

/** Articles of WikiText-2 and WikiText-103 (Merity et al. 2017), raw or not: " = Title = " starts one, " = = Heading = = " a section. */
export function readWikitext(source: Source, options: SourceOptions = {}): Dataset<WikitextArticle> {
  return readerDataset("readWikitext", source, options, sourceRules, async function* (options) {
    let article: WikitextArticle | undefined;
    let unfinished = false; // a paragraph broken before a formula: " = 1 henry = " after it is not a title
    for await (const line of linesOf(source, options)) {
      const text = strip(line);
      if (text === "") {
        unfinished = false;
        continue;
      }
      const heading = unfinished && !/^[= ]+\p{Lu}/u.test(text) ? undefined : headingOf(text);
      if (heading === undefined) {
        article ??= { title: "", paragraphs: [] }; // an excerpt that begins inside an article
        article.paragraphs.push(joined(text));
        unfinished = !/[.!?…:;"”')]$/u.test(text);
        continue;
      }
      unfinished = false;
      if (heading.depth === 1) {
        if (article !== undefined) yield article;
        article = { title: joined(heading.title), paragraphs: [] };
      }
    }
    if (article !== undefined) yield article;
  });
}

/**
 * " = = Heading = = ": equally many marks before and after, all separated by spaces. Linear time: one scan from each
 * end.
 */
function headingOf(text: string): { title: string; depth: number } | undefined {
  const depth = marksFrom(text, 0, 1);
  const [start, end] = [2 * depth, text.length - 2 * depth];
  if (depth === 0 || text[start - 1] !== " " || text[start] === "=" || end <= start) return undefined;
  const marks = marksFrom(text, text.length - 1, -1);
  const right = text[text.length - 2 * marks] === " " ? marks : marks - 1; // the first mark may end a word
  const space = (text.length - start - 1) >> 1; // the title has at least one character
  if (Math.min(right, space) !== depth || /[\r\u2028\u2029]/.test(text.slice(start + 1, end))) return undefined;
  return { title: text.slice(start, end), depth };
}

/** Counts "=" from a position on, in steps of one mark and one space. */
function marksFrom(text: string, place: number, step: 1 | -1): number {
  let count = 0;
  while (text[place + 2 * step * count] === "=" && (count === 0 || text[place + step * (2 * count - 1)] === " "))
    count++;
  return count;
}

function joined(text: string): string {
  return text.replace(/ @([-,.])@ /gu, "$1");
}
