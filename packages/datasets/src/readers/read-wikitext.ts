import { fromGenerator } from "../iterables/any-iterable.ts";
import { readLines } from "../text/lines.ts";
import { strip } from "../text/python-white-space.ts";
import type { Source, SourceOptions } from "../text/source.ts";

export interface WikitextArticle {
  title: string;
  /** Without headings; "@-@", "@,@" and "@.@" joined again, all other spaces before punctuation as they are. */
  paragraphs: string[];
}

/** Articles of WikiText-2 and WikiText-103 (Merity et al. 2017), raw or not: " = Title = " starts one, " = = Heading = = " a section. */
export function readWikitext(source: Source, options: SourceOptions = {}): AsyncIterable<WikitextArticle> {
  return fromGenerator(async function* () {
    let article: WikitextArticle | undefined;
    let unfinished = false; // a paragraph broken before a formula: " = 1 henry = " after it is no title
    for await (const line of readLines(source, options)) {
      const text = strip(line);
      if (text === "") {
        unfinished = false;
        continue;
      }
      const heading =
        unfinished && !/^[= ]+\p{Lu}/u.test(text)
          ? undefined
          : /^(?<left>=(?: =)*) (?<title>[^=].*?) (?<right>=(?: =)*)$/u.exec(text)?.groups;
      if (heading === undefined || heading["left"] !== heading["right"]) {
        article ??= { title: "", paragraphs: [] }; // a cut-out that begins inside an article
        article.paragraphs.push(joined(text));
        unfinished = !/[.!?…:;"”')]$/u.test(text);
        continue;
      }
      unfinished = false;
      if (heading["left"] === "=") {
        if (article !== undefined) yield article;
        article = { title: joined(heading["title"]!), paragraphs: [] };
      }
    }
    if (article !== undefined) yield article;
  });
}

function joined(text: string): string {
  return text.replace(/ @([-,.])@ /gu, "$1");
}
