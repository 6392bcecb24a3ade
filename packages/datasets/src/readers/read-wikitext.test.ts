import { createReadStream } from "node:fs";
import { sharedData } from "@bertkit/testing";
import { describe, expect, it } from "vitest";
import { collect } from "../iterables/collect.ts";
import { readWikitext } from "./read-wikitext.ts";

describe("readWikitext", () => {
  it("starts an article at a title, omits headings, joins split tokens", async () => {
    const text =
      " \n = A @-@ b = \n \n One 1 @,@ 000 @.@ 5 .\n = = Part = = \n = = = Smaller = = = \n Two .\n = C = \n";
    expect(await collect(readWikitext(text))).toEqual([
      { title: "A-b", paragraphs: ["One 1,000.5 .", "Two ."] },
      { title: "C", paragraphs: [] },
    ]);
    expect(await collect(readWikitext(" x \n = B = \n"))).toEqual([
      { title: "", paragraphs: ["x"] },
      { title: "B", paragraphs: [] },
    ]);
  });

  it("treats a formula in a broken paragraph as text", async () => {
    expect(
      await collect(
        readWikitext(" = T = \n with inductance L \n = 1 henry and C = \n 1 farad . \n = 2003 season = \n"),
      ),
    ).toEqual([
      { title: "T", paragraphs: ["with inductance L", "= 1 henry and C =", "1 farad ."] },
      { title: "2003 season", paragraphs: [] },
    ]);
  });

  it.skipIf(!sharedData)("finds the 60 articles that Merity et al. count in WikiText-2's test", async () => {
    const articles = await collect(readWikitext(createReadStream(`${sharedData}/corpora/wikitext-2-raw.test.txt`)));
    expect(articles).toHaveLength(60);
    expect([articles[0]!.title, articles.at(-1)!.title]).toEqual(["Robert Boulter", "The Hustler ( film )"]);
    for (const { paragraphs } of articles) {
      expect(paragraphs.length).toBeGreaterThan(0);
      for (const paragraph of paragraphs) expect(paragraph).not.toMatch(/^= =/);
    }
  });
});
