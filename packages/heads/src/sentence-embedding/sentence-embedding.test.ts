import { readFileSync } from "node:fs";
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { importVariables, openWeights, readSafetensors } from "@bertkit/checkpoints";
import { localFolder } from "@bertkit/checkpoints/node";
import { bertInputs, bertNames, bertSizes, createBert, huggingFaceSpellings } from "@bertkit/encoder";
import { type Context, dispose, inference, Rng } from "@bertkit/nn";
import { sharedModels } from "@bertkit/testing";
import { bertTokenizer, parseVocabulary } from "@bertkit/tokenizer";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import { tinyEncoder, tinyTokenizer } from "../__fixtures__/tiny-classifier-parts.ts";
import { encodeRows, padRows } from "../inputs/encode-inputs.ts";
import { embedTexts } from "./embed-texts.ts";
import { poolSentence, type SentencePooling, sentencePoolings } from "./pooling.ts";
import { SentenceEmbedder } from "./sentence-embedder.ts";
import {
  coSentLoss,
  cosineSimilarityLoss,
  matryoshkaLoss,
  multipleNegativesRanking,
  tripletLoss,
} from "./sentence-losses.ts";
import { parseSentenceModules, sentenceModuleFiles } from "./sentence-modules.ts";

beforeEach(async () => {
  await tf.setBackend("cpu");
});

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const cosine = (a: readonly number[], b: readonly number[]): number => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("SentenceEmbedder", () => {
  it("pools as sentence-transformers defines each mode, and ignores padding", () => {
    const row = [
      [1, -2],
      [3, 4],
      [-5, 0.5],
    ];
    const expected: Record<SentencePooling, number[]> = {
      cls: [1, -2],
      max: [3, 4],
      mean: [-1 / 3, 2.5 / 3],
      mean_sqrt_len_tokens: [-1 / Math.sqrt(3), 2.5 / Math.sqrt(3)],
      weightedmean: [(1 + 6 - 15) / 6, (-2 + 8 + 1.5) / 6],
      lasttoken: [-5, 0.5],
    };
    for (const mode of sentencePoolings)
      tf.tidy(() => {
        const padded = tf.tensor3d([
          [...row, [9, 9]],
          [
            [7, 8],
            [9, 9],
            [9, 9],
            [9, 9],
          ],
        ]);
        const mask = tf.tensor2d(
          [
            [1, 1, 1, 0],
            [1, 0, 0, 0],
          ],
          [2, 4],
          "int32",
        );
        expect(poolSentence(padded, mask, mode).dataSync(), mode).toBeAllClose([...expected[mode], 7, 8]);
        expect(poolSentence(tf.tensor3d([row]), undefined, mode).dataSync(), mode).toBeAllClose(expected[mode]);
      });
  });

  it("concatenates several modes, normalizes, and gives the same alone and in a batch", async () => {
    const embedder = new SentenceEmbedder({
      encoder: tinyEncoder(),
      pooling: ["lasttoken", "mean", "cls"],
      normalize: true,
    });
    expect([embedder.size, embedder.pooling]).toEqual([24, ["cls", "mean", "lasttoken"]]);
    const texts = ["a good film", "ann lives in paris , bob in oslo", "the"];
    const before = tf.memory().numTensors;
    const together = await embedTexts(embedder, tinyTokenizer(), texts, { lengthMultiple: 8 });
    expect(tf.memory().numTensors).toBe(before);
    for (const [i, text] of texts.entries()) {
      expect(together[i]).toBeAllClose(
        (await embedTexts(embedder, tinyTokenizer(), [text], { lengthMultiple: 1 }))[0]!,
      );
      expect([dot([...together[i]!], [...together[i]!])]).toBeAllClose([1]);
    }
    expect(() => new SentenceEmbedder({ encoder: tinyEncoder(), pooling: "avg" as "mean" })).toThrow(
      "pooling must be one of cls, max, mean, mean_sqrt_len_tokens, weightedmean, lasttoken, or a list",
    );
    dispose(embedder);
  });

  it("learns pairs by multiple negatives ranking", { timeout: 600_000 }, async () => {
    const tokenizer = tinyTokenizer();
    const embedder = new SentenceEmbedder({ encoder: tinyEncoder() });
    const inputs = (texts: string[]): ReturnType<typeof padRows> =>
      padRows(encodeRows(texts, tokenizer), tokenizer.special.padding.id, { lengthMultiple: 8 });
    const batch = {
      anchors: inputs(["good", "paris", "ann", "plot"]),
      positives: inputs(["fine", "oslo", "bob", "film"]),
    };
    const loss = (context: Context): tf.Scalar =>
      multipleNegativesRanking(
        embedder.forward(bertInputs(batch.anchors), context),
        embedder.forward(bertInputs(batch.positives), context),
      );
    const lossNow = (): number => tf.tidy(() => loss(inference).dataSync()[0]!);
    const before = lossNow();
    const optimizer = adamW({ learningRate: 0.03, weightDecay: 0 });
    for await (const _ of train({
      model: embedder,
      batches: Array<typeof batch>(25).fill(batch),
      optimizer,
      rng: new Rng(3),
      loss: (_batch, context: Context) => ({ loss: loss(context), metrics: {} }),
    }));
    expect(lossNow()).toBeLessThan(before / 2);
    optimizer.dispose();
    dispose(embedder);
  });
});

describe("losses of sentence vectors", () => {
  const a = [
    [1, 2, -1],
    [0.5, -1, 2],
    [2, 0, 1],
  ];
  const b = [
    [1, 1, -2],
    [1, -1, 1],
    [-1, 0.5, 2],
  ];
  const c = [
    [0, 1, 1],
    [2, 2, 2],
    [1, 0, 0],
  ];
  const value = (loss: (a: tf.Tensor2D, b: tf.Tensor2D, c: tf.Tensor2D) => tf.Scalar): number[] =>
    tf.tidy(() => [...loss(tf.tensor2d(a), tf.tensor2d(b), tf.tensor2d(c)).dataSync()]);
  const ranking = (from: number[][], to: number[][], scale = 20): number =>
    mean(
      from.map((row, i) => {
        const scores = to.map((other) => scale * cosine(row, other));
        return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[i]!;
      }),
    );

  it("equal sentence-transformers in float64", () => {
    expect(value((x, y) => multipleNegativesRanking(x, y))).toBeAllClose([ranking(a, b)]);
    expect(value((x, y, z) => multipleNegativesRanking(x, y, { negatives: z, scale: 5 }))).toBeAllClose([
      ranking(a, [...b, ...c], 5),
    ]);
    expect(value((x, y) => multipleNegativesRanking(x, y, { symmetric: true }))).toBeAllClose([
      (ranking(a, b) + ranking(b, a)) / 2,
    ]);
    const scores = [0.9, 0.1, 0.5];
    const cosines = a.map((row, i) => cosine(row, b[i]!));
    expect(value((x, y) => cosineSimilarityLoss(x, y, tf.tensor1d(scores)))).toBeAllClose([
      mean(cosines.map((value, i) => (value - scores[i]!) ** 2)),
    ]);
    let sum = 1;
    for (const [i, low] of scores.entries())
      for (const [j, high] of scores.entries()) if (low < high) sum += Math.exp(20 * (cosines[i]! - cosines[j]!));
    expect(value((x, y) => coSentLoss(x, y, tf.tensor1d(scores)))).toBeAllClose([Math.log(sum)]);
    expect(value((x, y) => coSentLoss(x, y, tf.tensor1d([1, 1, 1])))).toBeAllClose([0]);
    const distance = (x: number[], y: number[]): number => Math.hypot(...x.map((value, i) => value - y[i]! + 1e-6));
    expect(value((x, y, z) => tripletLoss(x, y, z))).toBeAllClose([
      mean(a.map((row, i) => Math.max(0, distance(row, b[i]!) - distance(row, c[i]!) + 5))),
    ]);
    expect(value((x, y, z) => tripletLoss(x, y, z, { distance: "cosine", margin: 0.1 }))).toBeAllClose([
      mean(a.map((row, i) => Math.max(0, cosine(row, c[i]!) - cosine(row, b[i]!) + 0.1))),
    ]);
    const first = (rows: number[][], size: number): number[][] => rows.map((row) => row.slice(0, size));
    expect(
      value((x, y) =>
        matryoshkaLoss([x, y], { sizes: [3, 2], weights: [1, 0.5] }, ([u, v]) => multipleNegativesRanking(u!, v!)),
      ),
    ).toBeAllClose([ranking(a, b) + 0.5 * ranking(first(a, 2), first(b, 2))]);
  });

  it("have finite gradients for zero and equal vectors, and reject vectors of different shapes", () => {
    tf.tidy(() => {
      const alike = tf.variable(
        tf.tensor2d([
          [0, 0, 0],
          [1, 1, 1],
        ]),
      );
      for (const loss of [
        () => multipleNegativesRanking(alike, alike),
        () => tripletLoss(alike, alike, alike),
        () => cosineSimilarityLoss(alike, alike, tf.tensor1d([0, 1])),
        () => coSentLoss(alike, alike, tf.tensor1d([0, 1])),
      ]) {
        const { grads } = tf.variableGrads(loss);
        for (const gradient of Object.values(grads)) expect([...gradient.dataSync()].every(Number.isFinite)).toBe(true);
      }
    });
    expect(() => value((x, y) => multipleNegativesRanking(x, tf.slice(y, [0, 0], [2, -1])))).toThrow(
      "both must have the same shape, got [3,3] and [2,3]",
    );
    expect(() => value((x, y, z) => tripletLoss(x, y, z, { distance: "manhattan" as "cosine" }))).toThrow(
      "distance must be one of euclidean, cosine",
    );
    expect(() => value((x) => matryoshkaLoss([x], { sizes: [4] }, ([u]) => tf.mean(u!)))).toThrow(
      "sizes must be whole numbers from 1 to 3",
    );
  });
});

describe("sentence-transformers' files", () => {
  it("are read back as written", () => {
    for (const pooling of [["mean"], ["cls", "max", "lasttoken"]] as const)
      for (const normalize of [true, false])
        for (const maxLength of [256, undefined]) {
          const modules = { pooling, normalize, maxLength, lowercase: false };
          const files = sentenceModuleFiles(modules, 384);
          expect(parseSentenceModules(files)).toEqual(modules);
          expect(JSON.parse(files["1_Pooling/config.json"]!)).toMatchObject({ word_embedding_dimension: 384 });
        }
    expect(parseSentenceModules({})).toEqual({
      pooling: ["mean"],
      normalize: false,
      maxLength: undefined,
      lowercase: false,
    });
    const later = {
      "modules.json": '[{"type":"sentence_transformers.sentence_transformer.modules.pooling.Pooling","path":"p"}]',
      "p/config.json": '{"pooling_mode":"cls"}',
    };
    expect(parseSentenceModules(later).pooling).toEqual(["cls"]);
  });

  it("have a default prompt, or none", () => {
    const prompts = (content: object): string | undefined =>
      parseSentenceModules({ "config_sentence_transformers.json": JSON.stringify(content) }).prompt;
    const named = { query: "query: ", document: "" };
    expect(prompts({ prompts: named, default_prompt_name: "query" })).toBe("query: ");
    for (const default_prompt_name of [null, undefined, "document"])
      expect(prompts({ prompts: named, default_prompt_name })).toBe(undefined);
    expect(prompts({})).toBe(undefined);
    const modules = {
      pooling: ["mean"],
      normalize: false,
      maxLength: 256,
      lowercase: false,
      prompt: "query: ",
    } as const;
    expect(parseSentenceModules(sentenceModuleFiles(modules, 384))).toEqual(modules);
    const wrong = /config_sentence_transformers\.json: default_prompt_name must be the name of a text in prompts, got/;
    for (const default_prompt_name of ["toString", "other", 1])
      expect(() => prompts({ prompts: named, default_prompt_name })).toThrow(wrong);
    expect(() => prompts({ default_prompt_name: "query" })).toThrow(wrong);
    expect(() => prompts({ prompts: { query: 1 }, default_prompt_name: "query" })).toThrow(wrong);
    const excluded = (name: string | null): object =>
      parseSentenceModules({
        "1_Pooling/config.json": '{"pooling_mode_mean_tokens": true, "include_prompt": false}',
        "config_sentence_transformers.json": JSON.stringify({ prompts: named, default_prompt_name: name }),
      });
    expect(() => excluded("query")).toThrow('1_Pooling/config.json: "include_prompt" false');
    expect(excluded(null)).not.toHaveProperty("prompt");
  });

  it("are rejected if vectors would differ", () => {
    const pooling = (config: string): object => parseSentenceModules({ "1_Pooling/config.json": config });
    expect(() => pooling('{"pooling_mode_attention": true}')).toThrow(
      'the pooling "pooling_mode_attention" is not supported',
    );
    expect(() => pooling('{"pooling_mode": "median"}')).toThrow('the pooling "median" is not supported');
    expect(() => pooling('{"pooling_mode_mean_tokens": false}')).toThrow("no pooling is set");
    expect(() => pooling("{")).toThrow("1_Pooling/config.json: not a JSON object");
    expect(() =>
      parseSentenceModules({ "modules.json": '[{"type":"sentence_transformers.models.Dense","path":"2_Dense"}]' }),
    ).toThrow('the module "Dense" is not supported');
    expect(() =>
      parseSentenceModules({ "modules.json": '[{"type":"sentence_transformers.models.Pooling","path":"1_Pooling"}]' }),
    ).toThrow("modules.json lists it, but it is missing");
    for (const path of ['"path":""', '"name":"1"'])
      expect(() =>
        parseSentenceModules({ "modules.json": `[{"type":"sentence_transformers.models.Pooling",${path}}]` }),
      ).toThrow(/^modules\.json: the module "Pooling" must have a path.*set "path" to "1_Pooling"\.$/);
    expect(() => parseSentenceModules({ "sentence_bert_config.json": '{"max_seq_length": 0}' })).toThrow(
      "max_seq_length must be a whole number above 2",
    );
  });

  it.skipIf(!sharedModels)(
    "give all-MiniLM-L6-v2 the vectors of sentence-transformers, at its 256 tokens",
    { timeout: 600_000 },
    async () => {
      await useBackend("node");
      const folder = join(sharedModels!, "all-MiniLM-L6-v2");
      const text = (name: string): string => readFileSync(join(folder, name), "utf8");
      const modules = parseSentenceModules(
        Object.fromEntries(
          ["modules.json", "1_Pooling/config.json", "sentence_bert_config.json"].map((name) => [name, text(name)]),
        ),
      );
      expect(modules).toEqual({ pooling: ["mean"], normalize: true, maxLength: 256, lowercase: false });
      const tokenizer = bertTokenizer({ vocabulary: parseVocabulary(text("vocab.txt")) });
      const size = { ...bertSizes.mini, hiddenSize: 384, hiddenLayers: 6, attentionHeads: 12, intermediateSize: 1536 };
      const encoder = createBert({ ...size, vocabularySize: tokenizer.vocabulary.size }, new Rng(0));
      const weights = await openWeights(localFolder(folder));
      await importVariables(encoder, weights, bertNames, {
        ignore: ["embeddings.position_ids"],
        spellings: huggingFaceSpellings,
      });
      await weights.close();
      const embedder = new SentenceEmbedder({ encoder, ...modules });
      const inputs = (JSON.parse(text("reference/texts.json")) as { text: string }[]).map((item) => item.text);
      const vectors = await embedTexts(embedder, tokenizer, inputs, { maxLength: modules.maxLength! });
      const expected = readSafetensors(readFileSync(join(folder, "reference", "outputs.safetensors"))).tensors.get(
        "sentence_embeddings",
      )!;
      const values = expected.data as Float32Array;
      const cosines = vectors.map((vector, i) => cosine([...vector], [...values.subarray(384 * i, 384 * (i + 1))]));
      expect(Math.min(...cosines)).toBeGreaterThan(0.999999);
      dispose(embedder);
    },
  );
});
