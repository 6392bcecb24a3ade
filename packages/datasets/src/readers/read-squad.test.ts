import { createReadStream } from "node:fs";
import { sharedData } from "@bertkit/testing";
import { describe, expect, it } from "vitest";
import { collect } from "../iterables/collect.ts";
import { readSquad } from "./read-squad.ts";

const file = (context: string, ...qas: object[]): string[] => [
  JSON.stringify({ version: "x", data: [{ title: "T", paragraphs: [{ context, qas }] }] }),
];

describe("readSquad", () => {
  it("reads 1.1 and 2.0", async () => {
    const text = file(
      "Rollo came.",
      { id: "1", question: "Who?", answers: [{ text: "Rollo", answer_start: 0 }] },
      {
        id: "2",
        question: "When?",
        is_impossible: true,
        answers: [],
        plausible_answers: [{ text: "came", answer_start: 6 }],
      },
    );
    const shared = { title: "T", context: "Rollo came." };
    expect(await collect(readSquad(text))).toEqual([
      {
        ...shared,
        id: "1",
        question: "Who?",
        answers: [{ text: "Rollo", start: 0 }],
        isImpossible: false,
        plausibleAnswers: [],
      },
      {
        ...shared,
        id: "2",
        question: "When?",
        answers: [],
        isImpossible: true,
        plausibleAnswers: [{ text: "came", start: 6 }],
      },
    ]);
  });

  it("converts code points, which SQuAD counts, to UTF-16 units", async () => {
    const [example] = await collect(
      readSquad(file("𝔸 😀 end", { id: "1", question: "?", answers: [{ text: "end", answer_start: 4 }] })),
    );
    const { text, start } = example!.answers[0]!;
    expect([start, example!.context.slice(start, start + text.length)]).toEqual([6, "end"]);
  });

  it("names the invalid question, or skips it", async () => {
    const text = file(
      "abc",
      { id: "1", question: "?", answers: [{ text: "b", answer_start: 2 }] },
      { id: "2", answers: [] },
      { id: "3", question: "?", answers: [] },
    );
    await expect(collect(readSquad(text, { file: "dev.json" }))).rejects.toThrow(
      'readSquad: dev.json: data[0].paragraphs[0].qas[0]: the context has "c" at 2, where the answer is "b".',
    );
    const messages: string[] = [];
    expect(
      (await collect(readSquad(text, { onBadRow: (error) => messages.push(error.message) }))).map(({ id }) => id),
    ).toEqual(["3"]);
    expect(messages[1]).toContain('qas[1]: "question" must be text, got "undefined".');
    await expect(collect(readSquad(["{"]))).rejects.toThrow("readSquad: not JSON");
    await expect(collect(readSquad(["[]"]))).rejects.toThrow('readSquad: the file has no list "data".');
  });

  it.skipIf(!sharedData)("reads real files: 1,190 questions of 1.1, and 14 of 2.0 with 6 impossible", async () => {
    const first = await collect(readSquad(createReadStream(`${sharedData}/qa/xquad.en.json`)));
    expect([first.length, first.filter(({ answers }) => answers.length === 0).length]).toEqual([1190, 0]);
    const second = await collect(readSquad(createReadStream(`${sharedData}/qa/squad-v2-sample.json`)));
    expect([second.length, second.filter(({ isImpossible }) => isImpossible).length]).toEqual([14, 6]);
    expect(second.flatMap(({ plausibleAnswers }) => plausibleAnswers).length).toBeGreaterThan(0);
  });
});
