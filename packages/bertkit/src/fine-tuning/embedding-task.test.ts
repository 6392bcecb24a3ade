import { SentenceEmbedder } from "@bertkit/heads";
import { pearson, spearman } from "@bertkit/metrics";
import { Dense, dispose, Rng, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { tinyEncoderModel, tinyTokenizer } from "../__fixtures__/tiny-model.ts";
import { embeddingTask, type EmbeddingExample } from "./embedding-task.ts";
import { fineTune } from "./fine-tune.ts";
import type { Scores } from "./fine-tuning-task.ts";

beforeAll(() => tf.setBackend("cpu"));

const scored: EmbeddingExample[] = [
  { text: "good film", pair: "good plot", score: 4 },
  { text: "good film", pair: "bad plot", score: 1 },
  { text: "bad plot", pair: "bad film", score: 5 },
  { text: "the zebra", pair: "the eclair", score: 0 },
];
const settings = { epochs: 30, batchSize: 4, learningRate: 0.01 };

test("trains vectors whose cosines are ordered as the scores", async () => {
  const { encoder } = tinyEncoderModel({ pooler: false });
  const task = embeddingTask(new SentenceEmbedder({ encoder }), tinyTokenizer, { maxLength: 8 });
  expect(task.mainScore).toBe("spearman");
  const { epochs } = await fineTune({ task, train: scored, evaluation: scored, ...settings });
  expect(epochs.at(-1)!.loss).toBeLessThan(epochs[0]!.loss);
  const { spearman: ranks, pearson: line } = await task.scores(scored);
  expect(ranks).toBeCloseTo(1, 12);
  expect(Math.max(...epochs.map(({ scores }) => scores!["spearman"]!))).toBe(ranks);
  const embedder = new SentenceEmbedder({ encoder });
  const cosines = scored.map(({ text, pair }) =>
    tf.tidy(() => {
      const [left, right] = [text, pair].map((each) => {
        const { inputIds, shape } = tinyTokenizer.encodeBatch([each]);
        const ids = tf.tensor2d(inputIds, [...shape], "int32");
        return embedder.predict({ inputIds: ids, attentionMask: tf.onesLike(ids) });
      }) as [tf.Tensor2D, tf.Tensor2D];
      const product = tf.sum(tf.mul(left, right));
      return tf.div(product, tf.mul(tf.norm(left), tf.norm(right))).dataSync()[0]!;
    }),
  );
  const scores = scored.map(({ score }) => score!);
  expect(ranks).toBeCloseTo(spearman(cosines, scores), 12);
  expect(line).toBeCloseTo(pearson(cosines, scores), 5);
  expect(await task.scores([scored[0]!, scored[0]!])).toEqual({ spearman: 0, pearson: 0 });
  dispose(encoder);
  expect(tf.memory().numTensors).toBe(0);
});

/** With a dense layer after pooling, as `Dense` of sentence-transformers. */
class Projected extends SentenceEmbedder {
  readonly dense: Dense = new Dense({ inputSize: this.encoder.hiddenSize, outputSize: 4, rng: new Rng(7) });

  override forward(...given: Parameters<SentenceEmbedder["forward"]>): tf.Tensor2D {
    return tf.tidy(() => this.dense.forward(super.forward(...given)));
  }
}

test("trains an embedder's own layers, and ends with those of the best epoch", async () => {
  const { encoder } = tinyEncoderModel({ pooler: false });
  const embedder = new Projected({ encoder });
  const initial = await embedder.dense.kernel.data();
  const task = embeddingTask(embedder, tinyTokenizer, { maxLength: 8 });
  const paths = [...variables(task.head).keys()];
  expect(paths.filter((path) => !path.startsWith("encoder."))).toEqual([
    "embedder.dense.kernel",
    "embedder.dense.bias",
  ]);
  const seen: (typeof initial)[] = [];
  const results = [0.2, 0.7, 0.5];
  const { best } = await fineTune({
    task: { ...task, scores: async () => ({ spearman: results.shift()! }) },
    train: scored,
    evaluation: scored,
    ...settings,
    epochs: 3,
    onEpoch: async () => void seen.push(await embedder.dense.kernel.data()),
  });
  expect(seen[0]).not.toEqual(initial);
  expect(seen[2]).not.toEqual(seen[1]);
  expect([best, await embedder.dense.kernel.data()]).toEqual([2, seen[1]]);
  dispose(embedder);
  expect(tf.memory().numTensors).toBe(0);
});

test("trains matching pairs to find each other", async () => {
  const { encoder } = tinyEncoderModel({ pooler: false });
  const task = embeddingTask(new SentenceEmbedder({ encoder }), tinyTokenizer, { maxLength: 8, loss: "pairs" });
  const pairs = ["good film", "bad plot", "a zebra", "the eclair"].map((text) => ({ text, pair: `${text} !` }));
  const { epochs } = await fineTune({ task, train: pairs, evaluation: pairs, ...settings });
  expect(epochs.at(-1)!.loss).toBeLessThan(epochs[0]!.loss);
  expect(await task.scores(pairs)).toEqual({ mrr: 1, accuracy: 1 });
  const same = [pairs[0]!, pairs[0]!]; // either is as near
  expect(await task.scores(same)).toEqual({ mrr: 0.75, accuracy: 0 });
  await expect(task.scores([])).rejects.toThrow("embeddingTask: there is no example to score.");
  dispose(encoder);
});

test("says what is wrong with an example", async () => {
  const { encoder } = tinyEncoderModel({ pooler: false });
  const embedder = new SentenceEmbedder({ encoder });
  const task = embeddingTask(embedder, tinyTokenizer);
  expect(() => task.rows([{ text: "a", pair: "the" }])).toThrow(
    'embeddingTask: the score of example 0 must be a number that is finite, got undefined. Give every pair a score; or pass loss: "pairs", without scores.',
  );
  expect(() => task.rows([{ text: "a" } as never])).toThrow("examples[0] must be { text, pair }");
  await expect(task.scores([scored[0]!, { text: "a", pair: "the" }])).rejects.toThrow("the score of example 1 must be");
  await expect(embeddingTask(embedder, tinyTokenizer, { loss: "pairs" }).scores([null as never])).rejects.toThrow(
    "examples[0] must be { text, pair }, got null",
  );
  dispose(encoder);
});

test("the evaluation examples decide which score is the main one", async () => {
  const pairs = ["good film", "bad plot", "a zebra", "the eclair"].map((text) => ({ text, pair: `${text} !` }));
  for (const [loss, train, evaluation, main] of [
    ["pairs", pairs, scored, "spearman"],
    ["scores", scored, pairs, "mrr"],
  ] as const) {
    const { encoder } = tinyEncoderModel({ pooler: false });
    const task = embeddingTask(new SentenceEmbedder({ encoder }), tinyTokenizer, { maxLength: 8, loss });
    const values = [0.1, 0.3, 0.2];
    const scores = async (examples: readonly EmbeddingExample[]): Promise<Scores> => ({
      ...(await task.scores(examples)),
      [main]: values.shift()!,
    });
    const { best, epochs } = await fineTune({ task: { ...task, scores }, train, evaluation, epochs: 3, batchSize: 4 });
    expect([best, Object.keys(epochs[0]!.scores!)[0]]).toEqual([2, main]);
    const mixed = [scored[0]!, pairs[0]!];
    await expect(fineTune({ task, train, evaluation: mixed })).rejects.toThrow("the score of example 1 must be");
    dispose(encoder);
  }
});

test("goes on if the first batch of an epoch has no order to learn", async () => {
  const { encoder } = tinyEncoderModel({ pooler: false });
  const task = embeddingTask(new SentenceEmbedder({ encoder }), tinyTokenizer, { maxLength: 8 });
  const equal = scored.map((example) => ({ ...example, score: 1 }));
  const { epochs } = await fineTune({ task, train: equal, epochs: 2, batchSize: 4 });
  expect(epochs.map(({ loss }) => loss)).toEqual([0, 0]);
  dispose(encoder);
});

test.each([
  [8, [4, 4]],
  [9, [4, 5]],
  [10, [4, 4, 2]],
])("batches of %i pairs have no single pair, which would teach nothing", async (count, sizes) => {
  const { encoder } = tinyEncoderModel({ pooler: false });
  const task = embeddingTask(new SentenceEmbedder({ encoder }), tinyTokenizer, { maxLength: 8, loss: "pairs" });
  const words = "the a good bad film plot was is not very".split(" ");
  const train = words.slice(0, count).map((text) => ({ text, pair: `${text} !` }));
  const seen: string[][] = [];
  const batch: typeof task.batch = (rows) => {
    seen.push(rows.map(({ text }) => text));
    return task.batch(rows);
  };
  const steps: number[] = [];
  const { epochs } = await fineTune({
    task: { ...task, batch },
    train,
    epochs: 2,
    batchSize: 4,
    onStep: ({ loss, totalSteps }) => {
      expect(totalSteps).toBe(2 * sizes.length);
      steps.push(loss);
    },
  });
  expect(seen.map(({ length }) => length)).toEqual([...sizes, ...sizes]);
  expect(new Set(seen.slice(0, sizes.length).flat()).size).toBe(count);
  const first = steps.slice(0, sizes.length);
  expect(epochs[0]!.loss).toBeCloseTo(first.reduce((sum, loss) => sum + loss, 0) / sizes.length, 12);
  dispose(encoder);
});

test("a batch of one pair, which teaches nothing, is rejected", async () => {
  const { encoder } = tinyEncoderModel({ pooler: false });
  const embedder = new SentenceEmbedder({ encoder });
  for (const loss of ["scores", "pairs"] as const) {
    const task = embeddingTask(embedder, tinyTokenizer, { maxLength: 8, loss });
    await expect(fineTune({ task, train: scored, batchSize: 1 })).rejects.toThrow(
      "fineTune: batchSize must be at least 2 for this task, whose loss compares the rows of a batch, got 1.",
    );
    await expect(fineTune({ task, train: scored.slice(0, 1) })).rejects.toThrow("needs at least 2 rows, got 1.");
  }
  dispose(encoder);
});
