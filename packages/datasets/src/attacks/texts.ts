// Malicious texts and tables that once took seconds: time now grows linearly with their length.
import { attack, type Attack } from "@bertkit/testing/attacks";
import {
  readConll,
  readCsv,
  readDocuments,
  readGoEmotions,
  readSquad,
  readTsv,
  readWikitext,
  splitSentences,
} from "../index.ts";

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
async function count(items: AsyncIterable<unknown>): Promise<number> {
  let read = 0;
  for await (const _ of items) read++;
  return read;
}
const sentences = (name: string, make: () => string): Attack =>
  attack(`splitSentences: ${name}`, make, (text) => splitSentences(text));
const wikitext = (name: string, make: () => string): Attack =>
  attack(`readWikitext: ${name}`, make, (text) => count(readWikitext([text])));
const squad = (name: string, context: string, qas: () => unknown, rejected?: RegExp): Attack =>
  attack(
    `readSquad: ${name}`,
    () => JSON.stringify({ data: [{ paragraphs: [{ context, qas: qas() }] }] }),
    (text) => count(readSquad([text])),
    rejected,
  );
const question = (answers: unknown): object => ({ id: "q", question: "?", answers });
const onBadRow = (): void => {};

export const attacks: readonly Attack[] = [
  sentences("500,000 dots", () => ".".repeat(500_000)),
  sentences("dots with spaces between", () => ". ".repeat(300_000)),
  sentences("dots and brackets", () => ".)".repeat(300_000)),
  sentences("dots, then 300,000 brackets", () => `.${")".repeat(300_000)}`.repeat(2)),
  sentences("rows of three dots and a word", () => "...a".repeat(200_000)),
  sentences("line ends and spaces", () => "\n ".repeat(300_000)),
  sentences("carriage returns", () => `\r\n${"\r".repeat(500_000)}`),
  sentences("full-width marks", () => "。".repeat(500_000)),
  sentences("one sentence of capitals and dots", () => "U.S. ".repeat(150_000)),
  wikitext("a line of 500,000 marks that is not a heading", () => `= a${" =".repeat(500_000)} b\n`),
  wikitext("marks alone", () => "= ".repeat(500_000)),
  wikitext("unfinished lines of marks", () => `a\n${"= ".repeat(500_000)}`),
  squad("2,000 answers in a long context with emoji", "a".repeat(50_000) + "😀".repeat(25_000), () =>
    times(2000, () => question([{ text: "😀", answer_start: 60_000 }])),
  ),
  squad(
    "an answer that starts before the text",
    "abc",
    () => [question([{ text: "abc", answer_start: -5 }])],
    /must be a whole number of at least 0, got "-5"/,
  ),
  squad(
    "an answer that starts at half",
    "abc",
    () => [question([{ text: "a", answer_start: 0.5 }])],
    /must be a whole number/,
  ),
  squad("answers that are not a list", "abc", () => [question({})], /"answers" must be a list/),
  squad("an answer that is null", "abc", () => [question([null])], /"text" must be text/),
  squad("a question that is null", "abc", () => [null], /a question must be an object/),
  attack(
    "readSquad: 20 MB of [",
    () => `{"data":${"[".repeat(20_000_000)}`,
    (text) => count(readSquad([text])),
    /nested deeper than 64/,
  ),
  attack(
    "readCsv: 20,000 columns and as many bad rows",
    () => `${times(20_000, (i) => `c${i}`).join()}\n${"x\n".repeat(20_000)}`,
    (text) => count(readCsv([text], { onBadRow })),
  ),
  attack(
    "readCsv: a column name of 5 MB",
    () => `${"c".repeat(5_000_000)},d\nx\n`,
    (text) => count(readCsv([text])),
    /2 columns \(c+…, d\) but 1 field\./,
  ),
  attack(
    "readCsv: a million doubled quotes",
    () => `"${'""'.repeat(1_000_000)}"`,
    (text) => count(readCsv([text])),
  ),
  attack(
    "readTsv: 20,000 columns and as many bad rows",
    () => `${times(20_000, (i) => `c${i}`).join("\t")}\n${"x\n".repeat(20_000)}`,
    (text) => count(readTsv([text], { onBadRow })),
  ),
  attack(
    "readGoEmotions: a million invalid labels",
    () => `t\t${"x,".repeat(1_000_000)}\tid`,
    (text) => count(readGoEmotions([text])),
    /expected label indices/,
  ),
  attack(
    "readConll: 500,000 spaces",
    () => `a${" ".repeat(500_000)}b O\n`,
    (text) => count(readConll([text])),
  ),
  attack(
    "readDocuments: one line in 500,000 pieces",
    () => times(500_000, () => "a"),
    (pieces) => count(readDocuments(pieces)),
  ),
];
