import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitSentences } from "./split-sentences.ts";

// Each sentence on a line of its own; joined with spaces, the splitter must find them again.
const cases: { [rule: string]: string } = {
  "titles before names": `
    Mr. Speaker, Mr. Vice President, honored guests: welcome.
    I met Dr. Adams and Mrs. Clay on Monday.
    Lieut. Col. George W. Goethals and Brig. Gen. Peter C. Hains came.
    MR. SPEAKER AND MEMBERS OF THE CONGRESS rose.`,
  initials: `
    John F. Kennedy spoke after J. P. Morgan.
    "Civilization," said H. G. Wells, "is a race."
    The ship left under A. B. Cole.
    We saw George W. Bush.`,
  "acronyms continue before a name and end before a starter": `
    The U.S. Army is in the U. S. Senate's care.
    We live in the U.S. The law is clear.
    He works for the U.N. We all do.
    She has a Ph.D. from Ohio.
    They met at 5 p.m. on Sunday, and left at 6 p.m. It was dark.`,
  numbers: `
    It cost $1.5 million, or 3.25 percent, in No. 5 of vol. 101, p. 94, of the Record.
    See Art. II, sec. 3, and fig. 2.
    In 1835 it was 1.
    25 men died in 1914.
    Then came 1915.`,
  "abbreviations that never end a sentence": `
    Many states, e.g. Ohio, i.e. Ohio, and cf. Utah, agree.
    In Clinton vs. Englebrecht the court ruled.`,
  "words that only look like abbreviations": `
    Will you say no?
    No. I know how to say it.
    They trained in agriculture and the mechanic arts.
    I refer you to the report.
    The bill came in.
    Americans build the future.
    We serve art.
    I propose that we go on.
    She is ill.
    Dr. King came.
    They act in a mass.
    Provision should be made.`,
  "companies and months": `
    Motor Co. Limited and Alsop & Co. agreed on Jan. 5 with Smith Jr. of Utah.
    He joined Acme Inc. The pay was good.`,
  "quotes and brackets": `
    "Why do we wait?" he asked.
    "Stop!"
    "I will."
    (It was late.)
    You cannot yell “Fire!” in a crowded theater.
    He left.
    “Good,” she said.
    It ended (see p. 5).
    Then we went home.`,
  "marks in a row": `
    Really?!
    Well... Maybe.
    Ah! there is the rub.
    So it goes . . .
    Then it ended!!!
    * * * We begin.`,
  "list numbers": `
    1. First we look.
    2. Then we leap.
    A. The letter stands.
    IV. The numeral stands.`,
};
// The lines above that hold two sentences, for reading them as one test.
const inner = [
  /(?<=in the U\.S\.) (?=The)/,
  /(?<=the U\.N\.) (?=We)/,
  /(?<=6 p\.m\.) (?=It)/,
  /(?<=Acme Inc\.) (?=The)/,
  /(?<=Well\.\.\.) (?=Maybe)/,
  /(?<=No\.) (?=I know)/,
];

describe("splitSentences", () => {
  it.each(Object.entries(cases))("%s", (_rule, text) => {
    const lines = text
      .trim()
      .split("\n")
      .map((line) => line.trim());
    const expected = lines.flatMap((line) =>
      inner.reduce((parts, at) => parts.flatMap((part) => part.split(at)), [line]),
    );
    expect(splitSentences(lines.join(" "))).toEqual(expected);
  });

  it("splits at a forgotten space, but not inside a URL or address", () => {
    expect(splitSentences("We created jobs.The workers came.I saw it!We did.")).toEqual([
      "We created jobs.",
      "The workers came.",
      "I saw it!",
      "We did.",
    ]);
    expect(splitSentences("Look at www.example.Com or at me@example.Org now.")).toEqual([
      "Look at www.example.Com or at me@example.Org now.",
    ]);
  });

  it("treats a line end as a space, and a blank line as the end of a sentence", () => {
    expect(splitSentences("A hard-wrapped\nline, then\r\nmore. Next\n\nHEADING\r\n\r\nText \n \n end")).toEqual([
      "A hard-wrapped line, then more.",
      "Next",
      "HEADING",
      "Text",
      "end",
    ]);
  });

  it("splits tokenized text with separate marks, and full-width marks", () => {
    expect(splitSentences("He had a role in 2000 . This was at the Court .")).toEqual([
      "He had a role in 2000 .",
      "This was at the Court .",
    ]);
    expect(splitSentences("你好。再见！")).toEqual(["你好。", "再见！"]);
  });

  it("returns nothing for empty text", () => {
    expect(splitSentences("")).toEqual([]);
    expect(splitSentences(" \n\n ")).toEqual([]);
  });

  it("keeps every character but white space, and leaves a sentence whole", () => {
    const pieces = fc.constantFrom(
      "Mr",
      "U.S",
      "the",
      "The",
      "no",
      "No",
      "5",
      "I",
      "e.g",
      "x",
      ".",
      "?",
      "!",
      '"',
      ")",
      " ",
      "\n",
      "\n\n",
      "…",
      "é",
      "👍",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join("");
        const sentences = splitSentences(text);
        expect(sentences.join("").replace(/\s/gu, "")).toBe(text.replace(/\s/gu, ""));
        for (const sentence of sentences) expect(sentence).toBe(sentence.trim().replace(/\s+/gu, " "));
        for (const sentence of sentences) expect(sentence).not.toBe("");
      }),
      { numRuns: 500 },
    );
  });
});
