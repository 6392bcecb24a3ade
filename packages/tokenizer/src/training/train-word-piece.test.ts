import { expect, test } from "vitest";
import { rust } from "../__fixtures__/rust-tokenizer.ts";
import { bertTokenizer } from "../index.ts";
import { trainWordPiece, type TrainingProgress } from "./index.ts";
import { PairQueue } from "./pair-queue.ts";
import { WordCounts } from "./word-counts.ts";

const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const hugs = [
  ...Array<string>(10).fill("hug"),
  ...Array<string>(5).fill("pug"),
  ...Array<string>(12).fill("pun"),
  ...Array<string>(4).fill("bun"),
  ...Array<string>(5).fill("hugs"),
];

test("merges the published example: ug 20 times, un 16, hug 15", async () => {
  const { tokens } = await trainWordPiece([hugs.join(" ")], { vocabularySize: 17 });
  expect(tokens).toEqual([...special, "b", "g", "h", "n", "p", "s", "u", "##g", "##n", "##s", "##u", "##ug"]);
  const larger = await trainWordPiece(hugs, { vocabularySize: 19 });
  expect(larger.tokens.slice(16)).toEqual(["##ug", "##un", "hug"]);
});

test("the same corpus gives the same vocabulary, however it is split and passed", async () => {
  const text = "the cat sat on the mat, the dog sat on the log; cats and dogs sit.";
  async function* streamed(): AsyncGenerator<string> {
    yield* text.split(" ");
  }
  const whole = await trainWordPiece([text], { vocabularySize: 60 });
  expect((await trainWordPiece(streamed(), { vocabularySize: 60 })).tokens).toEqual(whole.tokens);
  const tokenizer = bertTokenizer({ vocabulary: whole });
  expect(tokenizer.decode(tokenizer.encode("The dog sat.").ids)).toBe("the dog sat.");
});

test("stops when no pair is frequent enough, and reports progress", async () => {
  const seen: TrainingProgress[] = [];
  const vocabulary = await trainWordPiece(["ab ab cd"], {
    vocabularySize: 100,
    minFrequency: 2,
    onProgress: (progress) => seen.push(progress),
  });
  expect(vocabulary.tokens).toEqual([...special, "a", "b", "c", "d", "##b", "##d", "ab"]);
  expect(seen).toContainEqual({ phase: "counting", texts: 1, words: 2 });
});

test("keeps the most frequent characters and the initial alphabet", async () => {
  const { tokens } = await trainWordPiece(["aaa bb c"], {
    vocabularySize: 100,
    limitAlphabet: 2,
    initialAlphabet: ["z"],
    minFrequency: 9,
  });
  expect(tokens).toEqual([...special, "a", "z", "##a"]);
});

test("normalizes like the tokenizer", async () => {
  const { tokens } = await trainWordPiece(["Ä東京!"], { vocabularySize: 100 });
  expect(tokens).toEqual([...special, "!", "a", "京", "東"]);
  expect((await trainWordPiece(["Ä"], { vocabularySize: 100, lowercase: false })).tokens).toContain("Ä");
});

test("says what is wrong", async () => {
  await expect(trainWordPiece([" "], { vocabularySize: 100 })).rejects.toThrow(/the corpus has no word/);
  await expect(trainWordPiece(["abc def"], { vocabularySize: 8 })).rejects.toThrow(
    /alone take \d+ pieces, got vocabularySize 8/,
  );
  await expect(trainWordPiece(["a"], { vocabularySize: 0 })).rejects.toThrow(/whole number of at least 1, got 0/);
});

test("the vocabulary loads in the Rust library", async () => {
  const vocabulary = await trainWordPiece(hugs, { vocabularySize: 18 });
  const model = rust.WordPiece.init(Object.fromEntries(vocabulary.tokens.map((token, id) => [token, id])), {
    unkToken: "[UNK]",
  });
  const tokenizer = new rust.Tokenizer(model);
  expect((await tokenizer.encode("hugun")).getTokens()).toEqual(bertTokenizer({ vocabulary }).tokenize("hugun"));
});

test("PairQueue pops the most frequent first, then the lowest", () => {
  const queue = new PairQueue();
  for (const [pair, count] of [
    [5, 1],
    [4, 7],
    [3, 7],
    [9, 2],
  ] as const)
    queue.push(pair, count);
  expect([queue.pop(), queue.pop(), queue.pop(), queue.pop(), queue.pop()].map((top) => top?.pair)).toEqual([
    3,
    4,
    9,
    5,
    undefined,
  ]);
});

test("WordCounts forgets the rarest words if there are too many", () => {
  const words = new WordCounts({ maxWords: 4 });
  for (const word of ["a", "a", "a", "b", "b", "c", "d", "e"]) words.add(word);
  expect([...words.counts]).toEqual([
    ["a", 3],
    ["b", 2],
  ]);
});
