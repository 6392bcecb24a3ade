import { type Context, dispose, inference, Rng } from "@bertkit/nn";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";

import { expectGradients } from "../__fixtures__/expect-gradients.ts";
import { tinyEncoder, tinyTokenizer } from "../__fixtures__/tiny-classifier-parts.ts";
import { encodeWords } from "./encode-words.ts";
import { findEntities } from "./find-entities.ts";
import { tagWords } from "./tag-words.ts";
import { tokenBatch, type TokenExample } from "./token-batch.ts";
import { TokenClassifier } from "./token-classifier.ts";

const tokenizer = tinyTokenizer();
const labels = ["O", "B-PER", "B-LOC", "I-LOC"];
const examples: TokenExample[] = [
  { words: ["Ann", "lives", "in", "Paris", "Oslo", "."], labels: ["B-PER", "O", "O", "B-LOC", "I-LOC", "O"] },
  { words: ["Bob", "works", "at", "Acme"], labels: ["B-PER", "O", "O", "O"] },
  { words: ["Oslo", "was", "goodish"], labels: ["B-LOC", "O", "O"] },
];
const options = { lengthMultiple: 8 };
const batch = tokenBatch(examples, tokenizer, { labels }, options);
const make = (): TokenClassifier =>
  new TokenClassifier({ encoder: tinyEncoder(0, { pooler: false }), labels, rng: new Rng(1), initializerRange: 0.3 });

beforeEach(async () => {
  await tf.setBackend("cpu");
});

describe("tokenBatch", () => {
  it("labels first pieces and gives the others weight 0", () => {
    expect(batch.shape).toEqual([3, 8]);
    // Oslo was good ##ish: the continuation, special tokens and padding have weight 0.
    expect(Array.from(batch.weights.slice(16))).toEqual([0, 1, 1, 1, 0, 0, 0, 0]);
    expect(Array.from(batch.labels.slice(16))).toEqual([0, 2, 0, 0, 0, 0, 0, 0]);
    expect(batch.weights.reduce((a, b) => a + b)).toBe(13);
  });

  it("optionally labels all pieces, those after the first as inside the entity", () => {
    const known = { labels: ["O", "B-LOC", "I-LOC", "B-PER"] };
    const sentence = {
      words: ["goodish", "film", "bads", "", "goodish"],
      labels: ["B-LOC", "O", "B-PER", "O", "I-LOC"],
    };
    const { labels: given, weights } = tokenBatch([sentence], tokenizer, known, { pieces: "all", lengthMultiple: 1 });
    // [CLS] good ##ish film bad ##s good ##ish [SEP]; there is no I-PER.
    expect([...given]).toEqual([0, 1, 2, 0, 3, 3, 2, 2, 0]);
    expect([...weights]).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 0]);
    const cut = tokenBatch([sentence], tokenizer, known, { pieces: "all", lengthMultiple: 1, maxLength: 4 });
    expect([...cut.labels, ...cut.weights]).toEqual([0, 1, 2, 0, 0, 1, 1, 0]);
    expect(() => tokenBatch([], tokenizer, known, { pieces: "last" as never })).toThrow(
      /pieces must be one of first, all/,
    );
  });

  it("reports what is wrong", () => {
    const make = (words: string[], labels: string[]) => () =>
      tokenBatch([{ words, labels }], tokenizer, { labels: ["O"] });
    expect(make(["a", "the"], ["O"])).toThrow(/example 0 has 2 words and 1 labels/);
    expect(make(["a"], ["X"])).toThrow(/unknown label "X"/);
  });
});

describe("encodeWords", () => {
  it("maps words to pieces, with truncated words and words without pieces", () => {
    const { ids, firstPieces } = encodeWords(["goodish", "", "film", "bads"], tokenizer, 6);
    const tokens = [...ids].map((id) => tokenizer.vocabulary.token(id));
    expect(tokens).toEqual(["[CLS]", "good", "##ish", "film", "bad", "[SEP]"]);
    expect([...firstPieces]).toEqual([1, -1, 3, 4]);
    expect([...encodeWords(["a", "a", "a", "a", "a"], tokenizer, 6).firstPieces]).toEqual([1, 2, 3, 4, -1]);
  });
});

describe("TokenClassifier", () => {
  it("ignores tokens of weight 0 in loss and accuracy", () => {
    const classifier = make();
    tf.tidy(() => {
      const changed = { ...batch, labels: batch.labels.map((label, i) => (batch.weights[i] === 0 ? 3 : label)) };
      const numbers = ({ loss, metrics }: ReturnType<TokenClassifier["loss"]>): number[] => [
        loss.dataSync()[0]!,
        metrics["accuracy"]!.dataSync()[0]!,
      ];
      expect(numbers(classifier.loss(changed, inference))).toEqual(numbers(classifier.loss(batch, inference)));
      const none = { ...batch, weights: new Float32Array(batch.weights.length) };
      expect(numbers(classifier.loss(none, inference))).toEqual([0, 0]);
      const small = { ...batch, weights: batch.weights.map((weight) => weight * 1e-9) };
      expect(numbers(classifier.loss(small, inference))).toBeAllClose(numbers(classifier.loss(batch, inference)));
    });
    dispose(classifier);
  });

  it("has the gradients that finite differences measure", () => {
    const classifier = make();
    expectGradients(classifier, () => classifier.loss(batch, inference).loss);
    dispose(classifier);
  });

  it("learns its examples, tags words, finds entities, and leaks nothing", async () => {
    const atFirst = tf.memory().numTensors;
    const classifier = make();
    const lossNow = (): number => tf.tidy(() => classifier.loss(batch, inference).loss.dataSync()[0]!);
    const optimizer = adamW({ learningRate: 0.02, weightDecay: 0 });
    const losses = [lossNow()];
    const run = { model: classifier, batches: Array<typeof batch>(100).fill(batch), optimizer, rng: new Rng(2) };
    for await (const { step } of train({ ...run, loss: (rows, context: Context) => classifier.loss(rows, context) })) {
      if (step === 1) losses.push(lossNow());
    }
    expect(losses[1]!).toBeLessThan(losses[0]!);
    expect(lossNow()).toBeLessThan(losses[0]! / 10);

    const before = tf.memory().numTensors;
    const sentences = examples.map(({ words }) => words);
    for (let i = 0; i < 50; i++) await tagWords(classifier, tokenizer, sentences, { ...options, batchSize: 2 });
    const tags = await tagWords(classifier, tokenizer, sentences, options);
    expect(tags.map((sentence) => sentence.map((tag) => tag?.label))).toEqual(examples.map(({ labels }) => labels));
    const [[person, place], none] = (await findEntities(
      classifier,
      tokenizer,
      ["Ann  lives in PARIS Oslo.", ""],
      options,
    )) as [[unknown, unknown], unknown];
    expect(person).toMatchObject({ type: "PER", text: "Ann", start: 0, end: 3 });
    expect(place).toMatchObject({ type: "LOC", text: "PARIS Oslo", start: 14, end: 24 });
    expect(none).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
    optimizer.dispose();
    dispose(classifier);
    expect(tf.memory().numTensors).toBe(atFirst);
  });
});
