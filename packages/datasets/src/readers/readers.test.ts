import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { sharedData } from "@bertkit/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConll } from "./read-conll.ts";
import { readAgNews } from "./read-ag-news.ts";
import { readFolder } from "./read-folder.ts";
import { readImdb } from "./read-imdb.ts";
import { readRace } from "./read-race.ts";
import { readSmsSpam } from "./read-sms-spam.ts";
import { readSts } from "./read-sts.ts";
import { readBoolQ, readCommitmentBank, readCopa, readWordInContext } from "./read-super-glue.ts";
import { readSwag } from "./read-swag.ts";
import { readTrec } from "./read-trec.ts";
import { readXnli } from "./read-xnli.ts";

let folder: string;
const put = async (name: string, text: string): Promise<void> => {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
};
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "bertkit-readers-"))));
afterAll(() => rm(folder, { recursive: true }));
const line = (...items: readonly object[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join("");

describe("SuperGLUE", () => {
  it("reads BoolQ, CB, COPA and WiC, with labels and without", async () => {
    expect(
      await readBoolQ(
        line({ question: "q", passage: "p", idx: 3, label: true }, { question: "q", passage: "p", idx: 4 }),
      ).toArray(),
    ).toEqual([
      { id: "3", text: "q", pair: "p", label: 1 },
      { id: "4", text: "q", pair: "p", label: undefined },
    ]);
    expect(
      await readCommitmentBank(
        line(
          { premise: "a", hypothesis: "b", label: "neutral", idx: 0 },
          { premise: "a", hypothesis: "b", label: 1, idx: 1 },
        ),
      ).toArray(),
    ).toMatchObject([{ label: 2 }, { label: 1 }]);
    expect(
      await readCopa(
        line({ premise: "It rained.", choice1: "x", choice2: "y", question: "effect", label: 1, idx: 0 }),
      ).toArray(),
    ).toEqual([
      { id: "0", context: "It rained.", question: "What happened as a result?", choices: ["x", "y"], label: 1 },
    ]);
    const [word] = await readWordInContext(
      line({
        word: "bank",
        sentence1: "😀 The bank.",
        sentence2: "A bank",
        idx: 0,
        label: false,
        start1: 6,
        start2: 2,
        end1: 10,
        end2: 6,
        version: 1.1,
      }),
    ).toArray();
    expect([
      word!.spans,
      word!.text.slice(...word!.spans[0]),
      word!.pair.slice(...word!.spans[1]),
      word!.label,
    ]).toEqual([
      [
        [7, 11],
        [2, 6],
      ],
      "bank",
      "bank",
      0,
    ]);
  });

  it("names the line and field of an error", async () => {
    await expect(
      readBoolQ(line({ question: "q", passage: "p", label: true }, { question: 5, passage: "p" }), {
        file: "val.jsonl",
      }).toArray(),
    ).rejects.toThrow('readBoolQ: val.jsonl, line 2, column "question": expected text, got "5".');
    await expect(readCommitmentBank(line({ premise: "a", hypothesis: "b", label: "maybe" })).toArray()).rejects.toThrow(
      'expected one of entailment, contradiction, neutral, or its number from 0, got "maybe"',
    );
    expect(
      await readCopa(
        line({ premise: "a", question: "why" }, { premise: "a", choice1: "x", choice2: "y", question: "cause" }),
        { onBadRow: () => {} },
      ).toArray(),
    ).toHaveLength(1);
  });
});

describe("readSwag", () => {
  it.skipIf(!sharedData)("reads the real columns: 11 rows of csv, 10 of JSON Lines", async () => {
    const rows = await readSwag(`${sharedData}/multiple-choice/swag-sample.csv`).toArray();
    expect(rows).toHaveLength(11);
    expect(rows[0]).toEqual({
      id: "lsmdc1052_Harry_Potter_and_the_order_of_phoenix-94857",
      context: "Students lower their eyes nervously.",
      question: "She",
      choices: [
        "pats her shoulder, then saunters toward someone.",
        "turns with two students.",
        "walks slowly towards someone.",
        "wheels around as her dog thunders out.",
      ],
      label: 2,
    });
    const lines = await readSwag(`${sharedData}/multiple-choice/swag-sample.jsonl`).toArray();
    expect([lines.length, lines[1]!.label, lines[1]!.choices.length]).toEqual([10, 3, 4]);
  });
});

describe("readRace", () => {
  const article = {
    answers: ["B", "A"],
    options: [
      ["a", "b", "c", "d"],
      ["e", "f", "g", "h"],
    ],
    questions: ["Why _ ?", "When?"],
    article: "Text.",
    id: "high1.txt",
  };
  it("reads its folders, a file, JSON Lines, and one question per line", async () => {
    await put("RACE/dev/high/1.txt", JSON.stringify(article));
    await put("RACE/dev/middle/2.txt", JSON.stringify({ ...article, id: "middle2.txt" }, null, 1));
    const all = await readRace(join(folder, "RACE", "dev")).toArray();
    expect(all.map(({ id, label }) => [id, label])).toEqual([
      ["high1.txt-0", 1],
      ["high1.txt-1", 0],
      ["middle2.txt-0", 1],
      ["middle2.txt-1", 0],
    ]);
    expect(all[0]).toEqual({
      id: "high1.txt-0",
      context: "Text.",
      question: "Why _ ?",
      choices: ["a", "b", "c", "d"],
      label: 1,
    });
    expect(await readRace(join(folder, "RACE/dev/middle/2.txt")).toArray()).toHaveLength(2);
    expect(await readRace(line(article, article, article)).toArray()).toHaveLength(6);
    expect(
      await readRace(
        line({ example_id: "x", article: "T", question: "Q?", options: ["a", "b"], answer: "B" }),
      ).toArray(),
    ).toEqual([{ id: "x", context: "T", question: "Q?", choices: ["a", "b"], label: 1 }]);
    const started = performance.now();
    const blank = "\n".repeat(100_000);
    expect(await readRace(`${JSON.stringify(article)}${blank}`).toArray()).toHaveLength(2);
    expect(await readRace(`${JSON.stringify(article)} \n${blank} ${JSON.stringify(article)}`).toArray()).toHaveLength(
      4,
    );
    expect(performance.now() - started).toBeLessThan(5000);
    await expect(readRace(line({ ...article, answers: ["B"] }), { file: "r" }).toArray()).rejects.toThrow(
      "expected options and an answer for each of 2 questions",
    );
    await expect(readRace(line({ ...article, answers: ["E", "A"] })).toArray()).rejects.toThrow(
      "expected one of A, B, C, D",
    );
  });
});

describe("folders by label", () => {
  it("reads texts by label, and IMDB with its stars", async () => {
    for (const [name, text] of Object.entries({
      "train/pos/0_9.txt": "Good.<br />",
      "train/neg/1_2.txt": "Bad.",
      "train/unsup/2_0.txt": "Some.",
      "train/labeledBow.feat": "x",
      "train/pos/.DS_Store": "x",
    }))
      await put(`aclImdb/${name}`, text);
    const train = await readImdb(join(folder, "aclImdb/train"));
    expect(train.size).toBe(2);
    expect(await train.toArray()).toEqual([
      { id: "1", text: "Bad.", label: 0, rating: 2 },
      { id: "0", text: "Good.<br />", label: 1, rating: 9 },
    ]);
    expect(
      (await (await readImdb(join(folder, "aclImdb/train"), { unlabeled: true })).toArray()).map(
        ({ label, rating }) => [label, rating],
      ),
    ).toEqual([
      [0, 2],
      [1, 9],
      [undefined, undefined],
    ]);
    const all = await readFolder(join(folder, "aclImdb/train"));
    expect((await all.toArray()).map(({ path, label }) => [path, label])).toEqual([
      ["neg/1_2.txt", "neg"],
      ["pos/0_9.txt", "pos"],
      ["unsup/2_0.txt", "unsup"],
    ]);
    await expect(readFolder(join(folder, "aclImdb/train"), { labels: ["good"] })).rejects.toThrow(
      'there is no folder "good" with texts in it; there are neg, pos, unsup.',
    );
    await expect(readFolder(join(folder, "none"))).rejects.toThrow("there is no such file");
    const file = Object.defineProperty(new File(["Hi"], "a.txt"), "webkitRelativePath", {
      value: "root/greeting/a.txt",
    });
    expect(await (await readFolder([file])).toArray()).toEqual([
      { path: "greeting/a.txt", label: "greeting", text: "Hi" },
    ]);
  });
});

describe("texts with a label", () => {
  it("reads AG News with a header and without, TREC and SMS spam", async () => {
    const rows = '"3","Wall St. ""Bears""","Reuters, short"\n"4","T","D"\n';
    const expected = [
      { text: 'Wall St. "Bears"', pair: "Reuters, short", label: 2 },
      { text: "T", pair: "D", label: 3 },
    ];
    expect(await readAgNews(rows).toArray()).toEqual(expected);
    expect(await readAgNews(`Class Index,Title,Description\n${rows}`).toArray()).toEqual(expected);
    await expect(readAgNews('"5","T","D"\n').toArray()).rejects.toThrow('expected 1 or 2 or 3 or 4, got "5"');
    const trec = Uint8Array.from(
      Buffer.from("DESC:manner How did serfdom develop ?\nNUM:date When was S\xe9vres ?\n", "latin1"),
    );
    expect(await readTrec(trec).toArray()).toEqual([
      { text: "How did serfdom develop ?", label: 1, fine: "DESC:manner" },
      { text: "When was Sévres ?", label: 5, fine: "NUM:date" },
    ]);
    await expect(readTrec("DESC:x a\nWhat?\n").toArray()).rejects.toThrow(
      "readTrec: line 2: expected a label such as NUM:date",
    );
    expect(await readSmsSpam('ham\tI said "ok"\nspam\tFree!\n').toArray()).toEqual([
      { text: 'I said "ok"', label: 0 },
      { text: "Free!", label: 1 },
    ]);
  });
});

describe("pairs", () => {
  it("reads XNLI of one language or all, and MultiNLI's translations", async () => {
    const dev = "language\tgold_label\tsentence1\tsentence2\tpairID\nsw\tneutral\ta\tb\t1\nen\tentailment\tc\td\t2\n";
    expect(await readXnli(dev).toArray()).toHaveLength(2);
    expect(await readXnli(dev, { language: "en" }).toArray()).toEqual([
      { id: "2", text: "c", pair: "d", label: 1, language: "en" },
    ]);
    expect(await readXnli("premise\thypo\tlabel\na\tb\tcontradictory\n").toArray()).toMatchObject([
      { text: "a", pair: "b", label: 0 },
    ]);
  });

  it("reads STS-B in its forms", async () => {
    const pair = { text: 'A "girl".', pair: "B", score: 4.5, split: undefined };
    expect(await readSts('main-captions\tMSRvid\t2012test\t0001\t4.500\tA "girl".\tB\n').toArray()).toEqual([pair]);
    expect(await readSts('main-forums\tx\t2015\t1\t4.5\tA "girl".\tB\tsource\tother\n').toArray()).toEqual([pair]);
    expect(await readSts('index\tgenre\tsentence1\tsentence2\tscore\n0\tg\tA "girl".\tB\t4.5\n').toArray()).toEqual([
      pair,
    ]);
    expect(await readSts('sentence1,sentence2,score\n"A ""girl"".",B,0.9\n', { scale: 1 }).toArray()).toEqual([pair]);
    expect(await readSts(line({ sentence1: 'A "girl".', sentence2: "B", label: 4.5 })).toArray()).toEqual([pair]);
    const all =
      "split\tgenre\tdataset\tyear\tsid\tscore\tsentence1\tsentence2\ntrain\tg\td\ty\t1\t1\ta\tb\ndev\tg\td\ty\t1\t2\tc\td\n";
    expect(await readSts(all, { split: "dev" }).toArray()).toEqual([{ text: "c", pair: "d", score: 2, split: "dev" }]);
    await expect(readSts("sentence1,sentence2,score\na,b,7\n").toArray()).rejects.toThrow(
      "a score is 7, not from 0 to 5.",
    );
    const test = line({ sentence1: "a", sentence2: "b", label: -1 });
    expect(await readSts(test).toArray()).toEqual([{ text: "a", pair: "b", score: undefined, split: undefined }]);
    for (const separator of [",", "\t"]) {
      const rows = "score,sentence1,sentence2\n4,a,b\n7,c,d\n-1,e,f\n".replaceAll(",", separator);
      const bad: unknown[] = [];
      const good = await readSts(rows, { onBadRow: ({ line, column }) => void bad.push([line, column]) }).toArray();
      expect([good.map(({ score }) => score), bad]).toEqual([[4, undefined], [[3, "score"]]]);
    }
  });

  it.skipIf(!sharedData)("reads GLUE's STS-B: 5,749 and 1,500 pairs", async () => {
    expect(await readSts(`${sharedData}/glue/STS-B/train.tsv`).toArray()).toHaveLength(5749);
    expect(await readSts(`${sharedData}/glue/STS-B/dev.tsv`).toArray()).toHaveLength(1500);
  });
});

describe("readConll", () => {
  it("skips comments, and reads # as a word if it is one", async () => {
    const text = "# id 1a domain=en\nEU _ _ B-ORG\n# _ _ O\n\n# sent_id = 2\n# text = # tag\n# _ _ O\ntag _ _ O\n";
    expect(await readConll(text).toArray()).toEqual([
      { words: ["EU", "#"], tags: ["B-ORG", "O"], document: 0 },
      { words: ["#", "tag"], tags: ["O", "O"], document: 0 },
    ]);
    expect((await readConll("#NLP\tO\nrocks\tO\n").toArray())[0]!.words).toEqual(["#NLP", "rocks"]);
  });

  it("reads each scheme as BIO, and a lone carriage return as a line's end", async () => {
    const tags = async (text: string, scheme: "bioes" | "bilou" | "bare"): Promise<string[]> =>
      (await readConll(text, { scheme }).toArray())[0]!.tags!;
    const bio = ["B-PER", "I-PER", "I-PER", "O", "B-LOC"];
    expect(await tags("a B-PER\rb I-PER\rc E-PER\rd O\re S-LOC\r", "bioes")).toEqual(bio);
    expect(await tags("a B-PER\r\nb I-PER\r\nc L-PER\r\nd O\r\ne U-LOC", "bilou")).toEqual(bio);
    expect(await tags("a PER\nb PER\nc PER\nd O\ne LOC\n", "bare")).toEqual(bio);
    await expect(tags("a E-PER\nb O\n", "bilou")).rejects.toThrow(
      'expected O, B-TYPE, I-TYPE, L-TYPE or U-TYPE, got "E-PER"',
    );
    expect(() => readConll("a O\n", { scheme: "bmes" as "bio" })).toThrow(
      "scheme must be one of bio, iob1, bioes, bilou, bare",
    );
  });
});
