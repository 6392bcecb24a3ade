// How to call each exported function that takes options, with nothing wrong but what is put into its options.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as bertkit from "bertkit";
import { Autosave, mpiGroup, readShards, RunFolder, StopRequest } from "bertkit/node";
import { useBackend } from "@bertkit/backend";
import { registerOnnxRuntime } from "@bertkit/backend-onnxruntime";
import { compile } from "@bertkit/backend-onnxruntime/compile";
import { exportOnnx } from "@bertkit/backend-onnxruntime/export";
import { registerOnnxRuntimeWeb } from "@bertkit/backend-onnxruntime/web";
import { runInWorker } from "@bertkit/backend-onnxruntime/worker";
import * as checkpoints from "@bertkit/checkpoints";
import { hubFolder, localFolder, removeLeftovers } from "@bertkit/checkpoints/node";
import * as datasets from "@bertkit/datasets";
import * as encoder from "@bertkit/encoder";
import * as heads from "@bertkit/heads";
import * as metrics from "@bertkit/metrics";
import { Dense, Dropout, Embedding, inference, LayerNorm, Lora, type NameRule, prefixRules, Rng } from "@bertkit/nn";
import { attention } from "@bertkit/ops";
import * as pretraining from "@bertkit/pretraining";
import * as tokenizers from "@bertkit/tokenizer";
import {
  tokenizerConfigToJson,
  tokenizerFromFiles,
  tokenizerFromJson,
  tokenizerToJson,
} from "@bertkit/tokenizer/files";
import { encodeInParallel, EncoderPool } from "@bertkit/tokenizer/parallel";
import { DecodeStream } from "@bertkit/tokenizer/parts";
import { trainWordPiece } from "@bertkit/tokenizer/training";
import { encodeWindows } from "@bertkit/tokenizer/windows";
import * as training from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";

export interface Call {
  readonly call: (options: never) => unknown;
  /** Options that it cannot be called without, made anew for each call. */
  readonly given?: () => object;
  /** Why it is called only with options that it must refuse: what is right would start what a test has no use for. */
  readonly neverRight?: string;
}

const folder = mkdtempSync(join(tmpdir(), "bertkit-options-"));
export const temporaryFolder: string = folder;

const words = "the a good bad film plot was ##s".split(" ");
const vocabulary = new tokenizers.Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...words]);
const tokenizer = tokenizers.bertTokenizer({ vocabulary });
const config: encoder.BertConfig = {
  ...encoder.bertSizes.tiny,
  vocabularySize: vocabulary.size,
  hiddenSize: 8,
  hiddenLayers: 1,
  attentionHeads: 2,
  intermediateSize: 8,
  maxPositionEmbeddings: 32,
};
const rng = (): Rng => new Rng(0);
const bert = encoder.createBert(config, rng());
const maskedLm = new pretraining.MaskedLmHead({ encoder: bert, rng: rng() });
const labels = ["bad", "good"];
const classifier = new heads.SequenceClassifier({ encoder: bert, rng: rng(), labels });
const tagger = new heads.TokenClassifier({ encoder: bert, rng: rng(), labels: ["O", "B-FILM"] });
const answerer = new heads.QuestionAnswerer({ encoder: bert, rng: rng() });
const embedder = new heads.SentenceEmbedder({ encoder: bert });
const relevance = new heads.SequenceClassifier({ encoder: bert, rng: rng(), labels: ["relevance"] });
const crossEncoder = new heads.CrossEncoder({ classifier: relevance });
const nextSentence = new heads.NextSentence({ encoder: bert, rng: rng() });
const ranking = { query: "the film", documents: ["a good film"], relevance: [1] };
const chooser = new heads.MultipleChoice({ encoder: bert, rng: rng() });
const parts = { config, tokenizer, encoder: bert };
const text = "the good film";
const question = { question: "the film", context: "a good film" };
const encoded = tokenizer.encodeBatch([text]);
const inputs = encoder.bertInputs(encoded);
const batch = {
  ...encoded,
  inputIds: Int32Array.of(2, 5, 4, 3),
  attentionMask: new Int32Array(4).fill(1),
  tokenTypeIds: new Int32Array(4),
  shape: [1, 4] as [number, number],
};
const size = 8;
const vectors = tf.tensor2d([[1, 0], [0, 1]]); // prettier-ignore
const pretrainingVocabulary = { size: vocabulary.size, classificationId: 1, separatorId: 2, maskId: 3 };
const documents = [[[5, 6, 7], [8, 9]], [[10, 11], [7]]]; // prettier-ignore
const instances = (): pretraining.PretrainingInstance[] =>
  pretraining.createInstances(
    documents,
    { vocabulary: pretrainingVocabulary, dupeFactor: 1, maxSequenceLength: 8 },
    rng(),
  );
const warmup = { peak: 1, warmupSteps: 1, totalSteps: 4 };
const instanceShape = { length: 8, maxPredictions: 4 };
const memory = (): checkpoints.Folder => checkpoints.memoryFolder();
const tensors = (): checkpoints.TensorToStore[] => [{ name: "w", shape: [1], data: Float32Array.of(1) }];
const items = (): datasets.Dataset<number> => datasets.Dataset.from([1, 2, 3, 4]);
const blockParts = (): encoder.PostNormBlockParts => ({
  attention: new encoder.SelfAttention({ size, heads: 2, rng: rng() }),
  attentionNorm: new LayerNorm({ size }),
  feedForward: new encoder.FeedForward({ size, intermediateSize: 8, rng: rng() }),
  feedForwardNorm: new LayerNorm({ size }),
});
const source = (): checkpoints.TensorSource => checkpoints.variableSource({ dense: dense() }, denseNames);
const dense = (): Dense => new Dense({ inputSize: 1, outputSize: 1, rng: rng() });
const denseNames: NameRule[] = ["kernel", "bias"].map((name) => ({ path: `dense.${name}`, name }));
const sized = { inputSize: 1, outputSize: 1 };
const jsonl = (row: object): string => `${JSON.stringify(row)}\n`;
const choice = { context: "the film", choices: ["good", "bad"], label: 0 };
const offline = "a right one asks the network";

function reader<Options extends object>(read: (source: string, options?: Options) => unknown, text: string): Call {
  return { call: (options) => read(text, options) };
}

async function startedPool(options: never): Promise<unknown> {
  const pool = await EncoderPool.start(tokenizer, { workers: 1, createWorker: silentWorker });
  try {
    return await pool.encodeRagged([text], options);
  } finally {
    pool.close();
  }
}

/** What encodes elsewhere and never answers: what it is asked to do is checked before. */
const silentWorker = (): never =>
  ({ postMessage: () => {}, terminate: () => {}, addEventListener: () => {} }) as unknown as never;

export const calls: Readonly<Record<string, Call>> = {
  "@bertkit/backend: useBackend(options)": { call: (options) => useBackend("cpu", options) },
  "@bertkit/backend-onnxruntime: registerOnnxRuntime(options)": {
    call: (options) => registerOnnxRuntime(options),
    neverRight: "it would replace the backend",
  },
  "@bertkit/backend-onnxruntime/compile: compile(options)": {
    call: (options) => compile((x: tf.Tensor) => x, options),
  },
  "@bertkit/backend-onnxruntime/export: exportOnnx(options)": {
    call: (options) => exportOnnx(({ x }) => ({ y: tf.neg(x!) }), { x: tf.zeros([1, 2]) }, options),
    neverRight: "it traces on its own backend",
  },
  "@bertkit/backend-onnxruntime/worker: runInWorker(given)": {
    call: (options) => runInWorker("data:text/javascript,", options),
    neverRight: "it starts a thread",
  },
  "@bertkit/backend-onnxruntime/web: registerOnnxRuntimeWeb(options)": {
    call: (options) => registerOnnxRuntimeWeb(options),
    given: () => ({ path: "/ort/" }),
    neverRight: "there is no page that serves its files",
  },
  "@bertkit/checkpoints: httpFolder(options)": {
    call: (options) => checkpoints.httpFolder("http://127.0.0.1:9/", options),
  },
  "@bertkit/checkpoints: webHubFolder(given)": {
    call: (options) => checkpoints.webHubFolder("a/b", options),
    neverRight: offline,
  },
  "@bertkit/checkpoints: importVariables(options)": {
    call: (options) => checkpoints.importVariables({ dense: dense() }, source(), denseNames, options),
  },
  "@bertkit/checkpoints: planImport(options)": {
    call: (options) =>
      checkpoints.planImport(
        [["dense.kernel", { shape: [1, 1], dtype: "float32" }]],
        source().entries,
        denseNames,
        options,
      ),
  },
  "@bertkit/nn: prefixRules(prefixes)": { call: (options) => prefixRules(denseNames, options) },
  "@bertkit/checkpoints: writeSafetensors(options)": {
    call: (options) => checkpoints.writeSafetensors(tensors(), options),
  },
  "@bertkit/checkpoints: writeShardedSafetensors(options)": {
    call: (options) => checkpoints.writeShardedSafetensors(memory(), tensors(), options),
  },
  "@bertkit/checkpoints: writeTfjs(options)": {
    call: (options) => checkpoints.writeTfjs(memory(), tensors(), options),
  },
  "@bertkit/checkpoints/node: localFolder(options)": { call: (options) => localFolder(folder, options) },
  "@bertkit/checkpoints/node: removeLeftovers(options)": { call: (options) => removeLeftovers(folder, options) },
  "@bertkit/checkpoints/node: hubFolder(given)": { call: (options) => hubFolder("a/b", options), neverRight: offline },

  "@bertkit/datasets: batch(options)": { call: (options) => datasets.batch([1, 2, 3], 2, options) },
  "@bertkit/datasets: bucketByLength(options)": {
    call: (options) => datasets.bucketByLength([1, 2, 3], options),
    given: () => ({ length: (item: number) => item, boundaries: [2], batchSize: 2 }),
  },
  "@bertkit/datasets: shuffle(options)": {
    call: (options) => datasets.shuffle([1, 2, 3], options),
    given: () => ({ bufferSize: 2, random: () => 0.5 }),
  },
  "@bertkit/datasets: splitHoldout(options)": {
    call: (options) => datasets.splitHoldout([1, 2, 3], options),
    given: () => ({ fraction: 0.4, random: () => 0.5 }),
  },
  "@bertkit/datasets: Dataset.shuffle(options)": {
    call: (options) => items().shuffle(options),
    given: () => ({ seed: 0 }),
  },
  "@bertkit/datasets: Dataset.batch(options)": {
    call: (options) => items().batch(options),
    given: () => ({ size: 2, length: (item: number) => item }),
  },
  "@bertkit/datasets: Dataset.cache(options)": { call: (options) => items().cache(options) },
  "@bertkit/datasets: Dataset.split(options)": {
    call: (options) => items().split({ train: 0.5, dev: 0.5 }, options),
    given: () => ({ seed: 0 }),
  },
  "@bertkit/datasets: Dataset.from(options)": { call: (options) => datasets.Dataset.from([1], options) },
  "@bertkit/datasets: Dataset.interleave(options)": {
    call: (options) => datasets.Dataset.interleave([items()], options),
  },
  "@bertkit/datasets: Dataset.mix(options)": {
    call: (options) => datasets.Dataset.mix([{ dataset: items(), weight: 1 }], options),
    given: () => ({ seed: 0 }),
  },
  "@bertkit/datasets: readCorpus(options)": { call: (options) => datasets.readCorpus("a\n", options) },
  "@bertkit/datasets: Corpus.groups(order)": {
    call: async (options) => (await datasets.readCorpus("a\n")).groups(options),
  },
  "@bertkit/datasets: readJson(options)": reader(datasets.readJson, '[{ "a": 1 }]\n'),
  "@bertkit/datasets: readJsonl(options)": reader(datasets.readJsonl, jsonl({ a: 1 })),
  "@bertkit/datasets: readParquet(options)": {
    call: (options) => datasets.readParquet(new Uint8Array(4), options),
    neverRight: "there is no Parquet file here",
  },
  "@bertkit/datasets: readTfExamples(options)": {
    call: (options) => datasets.readTfExamples(new Uint8Array(), options),
  },
  "@bertkit/datasets: readTfrecords(options)": { call: (options) => datasets.readTfrecords(new Uint8Array(), options) },
  "@bertkit/datasets: hubDataset(options)": {
    call: (options) => datasets.hubDataset("a/b", options),
    neverRight: offline,
  },
  "@bertkit/datasets: readAgNews(options)": reader(datasets.readAgNews, '"1","a","b"\n'),
  "@bertkit/datasets: readFolder(options)": {
    call: (options) => datasets.readFolder([], options),
    neverRight: "there is no folder",
  },
  "@bertkit/datasets: readImdb(options)": {
    call: (options) => datasets.readImdb([], options),
    neverRight: "there is no folder",
  },
  "@bertkit/datasets: readRace(options)": reader(
    datasets.readRace,
    jsonl({ article: "a", question: "b", options: ["c", "d"], answer: "A" }),
  ),
  "@bertkit/datasets: readSmsSpam(options)": reader(datasets.readSmsSpam, "ham\ta\n"),
  "@bertkit/datasets: readSts(options)": reader(datasets.readSts, jsonl({ sentence1: "a", sentence2: "b", score: 1 })),
  "@bertkit/datasets: readBoolQ(options)": reader(
    datasets.readBoolQ,
    jsonl({ question: "a", passage: "b", label: true }),
  ),
  "@bertkit/datasets: readCommitmentBank(options)": reader(
    datasets.readCommitmentBank,
    jsonl({ premise: "a", hypothesis: "b", label: "neutral" }),
  ),
  "@bertkit/datasets: readCopa(options)": reader(
    datasets.readCopa,
    jsonl({ premise: "a", question: "cause", choice1: "b", choice2: "c", label: 0 }),
  ),
  "@bertkit/datasets: readWordInContext(options)": reader(
    datasets.readWordInContext,
    jsonl({ sentence1: "a", sentence2: "a", word: "a", start1: 0, end1: 1, start2: 0, end2: 1, label: true }),
  ),
  "@bertkit/datasets: readSwag(options)": reader(
    datasets.readSwag,
    jsonl({ sent1: "a", sent2: "b", ending0: "c", ending1: "d", ending2: "e", ending3: "f", label: 0 }),
  ),
  "@bertkit/datasets: readTrec(options)": reader(datasets.readTrec, "NUM:date When ?\n"),
  "@bertkit/datasets: readXnli(options)": reader(datasets.readXnli, "premise\thypo\tlabel\na\tb\tneutral\n"),
  "@bertkit/datasets: readConll(options)": reader(datasets.readConll, "a O\n"),
  "@bertkit/datasets: readDocuments(options)": reader(datasets.readDocuments, "a\n"),
  "@bertkit/datasets: readGlue(options)": {
    call: (options) => datasets.readGlue("SST-2", "sentence\tlabel\na\t1\n", options),
  },
  "@bertkit/datasets: readGoEmotions(options)": reader(datasets.readGoEmotions, "a\t1\tx\n"),
  "@bertkit/datasets: readJigsaw(options)": reader(
    datasets.readJigsaw,
    "id,comment_text,toxic,severe_toxic,obscene,threat,insult,identity_hate\n1,a,0,0,0,0,0,0\n",
  ),
  "@bertkit/datasets: readSquad(options)": reader(datasets.readSquad, '{ "data": [] }\n'),
  "@bertkit/datasets: readWikitext(options)": reader(datasets.readWikitext, " = a = \n \n b \n"),
  "@bertkit/datasets: readCsv(options)": reader(datasets.readCsv, "a,b\n1,2\n"),
  "@bertkit/datasets: readTsv(options)": reader(datasets.readTsv, "a\tb\n1\t2\n"),
  "@bertkit/datasets: readLines(options)": reader(datasets.readLines, "a\n"),
  "@bertkit/datasets: readText(options)": reader(datasets.readText, "a\n"),

  "@bertkit/encoder: checkBertConfig(config)": {
    call: (options) => encoder.checkBertConfig(options),
    given: () => config,
  },
  "@bertkit/encoder: new BertEmbeddings(config)": {
    call: (options) => new encoder.BertEmbeddings(options, rng()),
    given: () => config,
  },
  "@bertkit/encoder: new BertEncoder(parts)": {
    call: (options) => new encoder.BertEncoder(options),
    given: () => ({ hiddenSize: size, embeddings: bert.embeddings, layers: bert.layers }),
  },
  "@bertkit/encoder: BertEncoder.forward(request)": { call: (options) => bert.forward(inputs, inference, options) },
  "@bertkit/encoder: createBert(config)": {
    call: (options) => encoder.createBert(options, rng()),
    given: () => config,
  },
  "@bertkit/encoder: createBert(parts)": { call: (options) => encoder.createBert(config, rng(), options) },
  "@bertkit/encoder: new PostNormBlock(parts)": {
    call: (options) => new encoder.PostNormBlock(options),
    given: blockParts,
  },
  "@bertkit/encoder: new PreNormBlock(parts)": {
    call: (options) => new encoder.PreNormBlock(options),
    given: blockParts,
  },
  "@bertkit/encoder: new GatedFeedForward(options)": {
    call: (options) => new encoder.GatedFeedForward(options),
    given: () => ({ size, intermediateSize: 8, rng: rng() }),
  },
  "@bertkit/encoder: new RotaryPositions(options)": {
    call: (options) => new encoder.RotaryPositions(options),
    given: () => ({ headSize: 4 }),
  },
  "@bertkit/encoder: startWithNeighbourAttention(options)": {
    call: (options) => encoder.startWithNeighbourAttention(encoder.createBert(config, rng()), options),
    given: () => ({ offsets: [1, -1] }),
  },
  "@bertkit/encoder: new FeedForward(options)": {
    call: (options) => new encoder.FeedForward(options),
    given: () => ({ size, intermediateSize: 8, rng: rng() }),
  },
  "@bertkit/encoder: new Pooler(options)": {
    call: (options) => new encoder.Pooler(options),
    given: () => ({ size, rng: rng() }),
  },
  "@bertkit/encoder: new RelativeKeyPositions(options)": {
    call: (options) => new encoder.RelativeKeyPositions(options),
    given: () => ({ headSize: 4, maxPositionEmbeddings: 8, rng: rng() }),
  },
  "@bertkit/encoder: attendHeads(options)": {
    call: (options) => {
      const x = tf.zeros<tf.Rank.R2>([inputs.inputIds.size, size]);
      return encoder.attendHeads(x, x, x, encoder.layoutOf(inputs), inference, options);
    },
    given: () => ({ heads: 2, dropout: new Dropout(0) }),
  },
  "@bertkit/encoder: new SelfAttention(options)": {
    call: (options) => new encoder.SelfAttention(options),
    given: () => ({ size, heads: 2, rng: rng() }),
  },

  "@bertkit/heads: encodeRows(options)": { call: (options) => heads.encodeRows([text], tokenizer, options) },
  "@bertkit/heads: padRows(options)": {
    call: (options) => heads.padRows(heads.encodeRows([text], tokenizer), 0, options),
  },
  "@bertkit/heads: predictRows(options)": {
    call: (options) =>
      heads.predictRows(heads.encodeRows([text], tokenizer), 0, (batch) => classifier.predict(batch), options),
  },
  "@bertkit/heads: rankingBatch(options)": { call: (options) => heads.rankingBatch([ranking], tokenizer, options) },
  "@bertkit/heads: rankDocuments(options)": {
    call: (options) => heads.rankDocuments(crossEncoder, tokenizer, text, [text], options),
  },
  "@bertkit/heads: new CrossEncoder(options)": {
    call: (options) => new heads.CrossEncoder(options),
    given: () => ({ classifier: relevance }),
  },
  "@bertkit/heads: followProbabilities(options)": {
    call: (options) => heads.followProbabilities(nextSentence, tokenizer, [[text, text]], options),
  },
  "@bertkit/heads: new NextSentence(options)": {
    call: (options) => new heads.NextSentence(options),
    given: () => ({ encoder: bert, rng: rng() }),
  },
  "@bertkit/heads: new MultiTask(options)": {
    call: (options) => new heads.MultiTask(options),
    given: () => ({ heads: { films: classifier } }),
  },
  "@bertkit/heads: choiceBatch(options)": { call: (options) => heads.choiceBatch([choice], tokenizer, options) },
  "@bertkit/heads: choose(options)": { call: (options) => heads.choose(chooser, tokenizer, [choice], options) },
  "@bertkit/heads: new MultipleChoice(options)": {
    call: (options) => new heads.MultipleChoice(options),
    given: () => ({ encoder: bert, rng: rng() }),
  },
  "@bertkit/heads: answerQuestions(options)": {
    call: (options) => heads.answerQuestions(answerer, tokenizer, [question], options),
    given: () => ({ maxLength: 16 }),
  },
  "@bertkit/heads: decodeAnswers(options)": {
    call: (options) => {
      const { windows, ...rest } = heads.encodeQuestion(question, tokenizer, { maxLength: 16 });
      const logits = windows.map(({ ids }) => ({
        start: new Float32Array(ids.length),
        end: new Float32Array(ids.length),
      }));
      return heads.decodeAnswers({ windows, ...rest }, logits, tokenizer, options);
    },
  },
  "@bertkit/heads: encodeQuestion(options)": { call: (options) => heads.encodeQuestion(question, tokenizer, options) },
  "@bertkit/heads: new QuestionAnswerer(options)": {
    call: (options) => new heads.QuestionAnswerer(options),
    given: () => ({ encoder: bert, rng: rng() }),
  },
  "@bertkit/heads: questionBatch(options)": {
    call: (options) =>
      heads.questionBatch(heads.questionFeatures({ ...question, answers: [] }, tokenizer), tokenizer, options),
  },
  "@bertkit/heads: questionFeatures(featureOptions)": {
    call: (options) => heads.questionFeatures({ ...question, answers: [] }, tokenizer, options),
  },
  "@bertkit/heads: squadPredictions(options)": { call: (options) => heads.squadPredictions([], options) },
  "@bertkit/heads: embedTexts(options)": { call: (options) => heads.embedTexts(embedder, tokenizer, [text], options) },
  "@bertkit/heads: new SentenceEmbedder(options)": {
    call: (options) => new heads.SentenceEmbedder(options),
    given: () => ({ encoder: bert }),
  },
  "@bertkit/heads: coSentLoss(options)": {
    call: (options) => heads.coSentLoss(vectors, vectors, tf.tensor1d([0, 1]), options),
  },
  "@bertkit/heads: matryoshkaLoss(options)": {
    call: (options) => heads.matryoshkaLoss([vectors], options, ([first]) => tf.sum(first!)),
    given: () => ({ sizes: [1, 2] }),
  },
  "@bertkit/heads: multipleNegativesRanking(options)": {
    call: (options) => heads.multipleNegativesRanking(vectors, vectors, options),
  },
  "@bertkit/heads: tripletLoss(options)": { call: (options) => heads.tripletLoss(vectors, vectors, vectors, options) },
  "@bertkit/heads: classificationBatch(options)": {
    call: (options) => heads.classificationBatch([{ input: text, label: "bad" }], tokenizer, classifier, options),
  },
  "@bertkit/heads: classifyTexts(options)": {
    call: (options) => heads.classifyTexts(classifier, tokenizer, [text], options),
  },
  "@bertkit/heads: new SequenceClassifier(options)": {
    call: (options) => new heads.SequenceClassifier(options),
    given: () => ({ encoder: bert, rng: rng(), labels }),
  },
  "@bertkit/heads: findEntities(options)": {
    call: (options) => heads.findEntities(tagger, tokenizer, [text], options),
  },
  "@bertkit/heads: tagWords(options)": {
    call: (options) => heads.tagWords(tagger, tokenizer, [["the", "film"]], options),
  },
  "@bertkit/heads: tokenBatch(options)": {
    call: (options) => heads.tokenBatch([{ words: ["film"], labels: ["O"] }], tokenizer, tagger, options),
  },
  "@bertkit/heads: new TokenClassifier(options)": {
    call: (options) => new heads.TokenClassifier(options),
    given: () => ({ encoder: bert, rng: rng(), labels }),
  },

  "@bertkit/metrics: calibrationError(options)": { call: (options) => metrics.calibrationError([0.5], [1], options) },
  "@bertkit/metrics: ClassTally.precisionRecallF1(options)": {
    call: (options) => {
      const tally = new metrics.ClassTally();
      tally.update([0, 1], [0, 1]);
      return tally.precisionRecallF1(options);
    },
    given: () => ({ average: "macro" }),
  },
  "@bertkit/metrics: new KerasRocAuc(options)": { call: (options) => new metrics.KerasRocAuc(options) },
  "@bertkit/metrics: decodeEntities(options)": { call: (options) => metrics.decodeEntities(["O"], options) },
  "@bertkit/metrics: entities(options)": { call: (options) => metrics.entities(["O"], options) },
  "@bertkit/metrics: entityF1(options)": { call: (options) => metrics.entityF1([["O"]], [["O"]], options) },
  "@bertkit/metrics: precisionRecallF1(options)": {
    call: (options) => metrics.precisionRecallF1([0, 1], [0, 1], options),
    given: () => ({ average: "macro" }),
  },
  "@bertkit/metrics: retrievalScores(options)": {
    call: (options) => metrics.retrievalScores([[1, 0]], [[1, 0]], options),
  },

  "@bertkit/nn: new Dense(options)": { call: (options) => new Dense(options), given: () => ({ ...sized, rng: rng() }) },
  "@bertkit/nn: new Embedding(options)": {
    call: (options) => new Embedding(options),
    given: () => ({ count: 2, size: 1, rng: rng() }),
  },
  "@bertkit/nn: new LayerNorm(options)": { call: (options) => new LayerNorm(options), given: () => ({ size: 1 }) },
  "@bertkit/nn: new Lora(options)": {
    call: (options) => new Lora(encoder.createBert(config, rng()), options),
    given: () => ({ rng: rng() }),
  },
  "@bertkit/ops: attention(options)": {
    call: (options) => {
      const x = tf.zeros<tf.Rank.R4>([1, 1, 2, 2]);
      return attention(x, x, x, options);
    },
  },

  "@bertkit/pretraining: createInstances(options)": {
    call: (options) => pretraining.createInstances(documents, options, rng()),
    given: () => ({ vocabulary: pretrainingVocabulary, dupeFactor: 1 }),
  },
  "@bertkit/pretraining: evaluatePretraining(options)": {
    call: (options) => pretraining.evaluatePretraining(options),
    given: () => ({ encoder: bert, maskedLm, batches: [pretraining.pretrainingBatch(instances(), instanceShape)] }),
  },
  "@bertkit/pretraining: fillMask(options)": {
    call: (options) => pretraining.fillMask(options),
    given: () => ({ encoder: bert, head: maskedLm, batch, maskId: 4 }),
  },
  "@bertkit/pretraining: new MaskedLmHead(options)": {
    call: (options) => new pretraining.MaskedLmHead(options),
    given: () => ({ encoder: bert, rng: rng() }),
  },
  "@bertkit/pretraining: new NextSentenceHead(options)": {
    call: (options) => new pretraining.NextSentenceHead(options),
    given: () => ({ encoder: bert, rng: rng() }),
  },
  "@bertkit/pretraining: linearMaskingRate(options)": {
    call: (options) => pretraining.linearMaskingRate(options),
    given: () => ({ from: 0.1, to: 0.2, instances: 10, stages: 2 }),
  },
  "@bertkit/pretraining: objective(options)": {
    call: (options) => pretraining.objective({}, () => ({ loss: tf.scalar(0), metrics: {} }), options),
  },
  "@bertkit/pretraining: pretrainingBatch(shape)": {
    call: (options) => pretraining.pretrainingBatch(instances(), options),
    given: () => instanceShape,
  },
  "@bertkit/pretraining: pretrainingBatches(options)": {
    call: (options) => pretraining.pretrainingBatches(instances(), options),
    given: () => ({ ...instanceShape, batchSize: 1 }),
  },
  "@bertkit/pretraining: pretrainingInstances(options)": {
    call: (options) => pretraining.pretrainingInstances(documents, options, rng()).next(),
    given: () => ({ vocabulary: pretrainingVocabulary, shuffleBufferSize: 2 }),
  },
  "@bertkit/pretraining: shareBatches(options)": {
    call: (options) => {
      const shares = pretraining.shareBatches([pretraining.pretrainingBatch(instances(), instanceShape)], options);
      return shares[Symbol.asyncIterator]();
    },
  },
  "@bertkit/pretraining: wordVectors(options)": {
    call: (options) => pretraining.wordVectors(documents, options, rng()),
    given: () => ({ vocabularySize: 20, size: 2 }),
  },

  "@bertkit/tokenizer: bertTokenizer(options)": {
    call: (options) => tokenizers.bertTokenizer(options),
    given: () => ({ vocabulary }),
  },
  "@bertkit/tokenizer: Tokenizer.encode(options)": {
    call: (options) => tokenizer.encode(text, undefined, options).ids,
  },
  "@bertkit/tokenizer: Tokenizer.encodeWords(options)": {
    call: (options) => tokenizer.encodeWords(["the"], undefined, options).ids,
  },
  "@bertkit/tokenizer: Tokenizer.encodeBatch(options)": { call: (options) => tokenizer.encodeBatch([text], options) },
  "@bertkit/tokenizer: Tokenizer.encodeRagged(options)": { call: (options) => tokenizer.encodeRagged([text], options) },
  "@bertkit/tokenizer: Tokenizer.decode(options)": { call: (options) => tokenizer.decode([5], options) },
  "@bertkit/tokenizer: new BertNormalizer(options)": { call: (options) => new tokenizers.BertNormalizer(options) },
  "@bertkit/tokenizer: new BertPreTokenizer(options)": { call: (options) => new tokenizers.BertPreTokenizer(options) },
  "@bertkit/tokenizer: new WordPiece(options)": {
    call: (options) => new tokenizers.WordPiece(options),
    given: () => ({ vocabulary }),
  },
  "@bertkit/tokenizer: new WordPieceDecoder(options)": { call: (options) => new tokenizers.WordPieceDecoder(options) },
  "@bertkit/tokenizer: WordPieceDecoder.decode(options)": {
    call: (options) => new tokenizers.WordPieceDecoder().decode(["a"], options),
  },
  "@bertkit/tokenizer: WordPieceDecoder.decodeToken(options)": {
    call: (options) => new tokenizers.WordPieceDecoder().decodeToken("a", true, options),
  },
  "@bertkit/tokenizer/windows: encodeWindows(options)": {
    call: (options) => encodeWindows(tokenizer, text, undefined, options).map(({ ids }) => ids),
    given: () => ({ maxLength: 8 }),
  },
  "@bertkit/tokenizer/parts: new DecodeStream(options)": {
    call: (options) => new DecodeStream(tokenizer, options).push(5),
  },
  "@bertkit/tokenizer/files: tokenizerFromJson(overrides)": {
    call: (options) => tokenizerFromJson(tokenizerToJson(tokenizer), options),
  },
  "@bertkit/tokenizer/files: tokenizerConfigToJson(options)": {
    call: (options) => tokenizerConfigToJson(tokenizer, options),
  },
  "@bertkit/tokenizer/files: tokenizerFromFiles(files)": {
    call: (options) => tokenizerFromFiles(options),
    given: () => ({ vocab: `${vocabulary.tokens.join("\n")}\n` }),
  },
  "@bertkit/tokenizer/training: trainWordPiece(options)": {
    call: (options) => trainWordPiece([text], options),
    given: () => ({ vocabularySize: 40 }),
  },
  "@bertkit/tokenizer/parallel: encodeInParallel(options)": {
    call: (options) => encodeInParallel(tokenizer, [text], options),
    given: () => ({ createWorker: silentWorker }),
    neverRight: "it starts workers",
  },
  "@bertkit/tokenizer/parallel: EncoderPool.encodeRagged(options)": {
    call: startedPool,
    neverRight: "it waits for a worker",
  },
  "@bertkit/tokenizer/parallel: EncoderPool.start(options)": {
    call: (options) => EncoderPool.start(tokenizer, options),
    given: () => ({ createWorker: silentWorker }),
    neverRight: "it starts workers",
  },

  "@bertkit/training: adamMoments(options)": {
    call: (options) => training.adamMoments(options),
    given: () => ({ beta1: 0.9, beta2: 0.999, epsilon: 1e-6, biasCorrection: true }),
  },
  "@bertkit/heads: new LateInteraction(options)": {
    call: (options) => new heads.LateInteraction(options),
    given: () => ({ encoder: bert, rng: rng() }),
  },
  "@bertkit/heads: new LayerFeatures(options)": {
    call: (options) => new heads.LayerFeatures(options),
    given: () => ({ encoder: bert }),
  },
  "@bertkit/heads: new SentencePairClassifier(options)": {
    call: (options) => new heads.SentencePairClassifier(options),
    given: () => ({ embedder, rng: rng(), labels }),
  },
  "@bertkit/heads: new SparseEmbedder(options)": {
    call: (options) => new heads.SparseEmbedder(options),
    given: () => ({ encoder: bert, scorer: maskedLm }),
  },
  "@bertkit/heads: simCseLoss(options)": {
    call: (options) => heads.simCseLoss(embedder, inputs, inference, options),
  },
  "@bertkit/pretraining: blockInstances(options)": {
    call: (options) => pretraining.blockInstances(documents, options, rng()),
    given: () => ({ vocabulary: pretrainingVocabulary }),
  },
  "@bertkit/pretraining: instanceFeatures(options)": {
    call: (options) => pretraining.instanceFeatures(instances()[0]!, options),
    given: () => instanceShape,
  },
  "@bertkit/pretraining: instancesFeatures(options)": {
    call: (options) => [...pretraining.instancesFeatures(instances(), options)],
    given: () => instanceShape,
  },
  "@bertkit/pretraining: packInstances(options)": {
    call: (options) => [...pretraining.packInstances(instances(), options)],
    given: () => ({ length: instanceShape.length }),
  },
  "@bertkit/pretraining: maskAgain(options)": {
    call: (options) => pretraining.maskAgain(options)(instances()[0]!, rng()),
    given: () => ({ vocabulary: pretrainingVocabulary }),
  },
  "@bertkit/training: adafactor(options)": {
    call: (options) => training.adafactor(options),
  },
  "@bertkit/training: lamb(options)": {
    call: (options) => training.lamb(options),
    given: () => ({ learningRate: 0.1 }),
  },
  "@bertkit/training: layerwiseRates(options)": {
    call: (options) => training.layerwiseRates(options)("encoder.layers.0.kernel"),
    given: () => ({ layers: 2, decay: 0.8 }),
  },
  "@bertkit/tokenizer: padBatch(options)": {
    call: (options) => tokenizers.padBatch([{ ids: Int32Array.of(5), tokenTypeIds: new Int32Array(1) }], options),
  },
  "@bertkit/training: sgd(options)": {
    call: (options) => training.sgd(options),
    given: () => ({ learningRate: 0.1 }),
  },
  "@bertkit/training: warmupConstant(options)": {
    call: (options) => training.warmupConstant(options),
    given: () => warmup,
  },
  "@bertkit/training: warmupCosineDecay(options)": {
    call: (options) => training.warmupCosineDecay(options),
    given: () => warmup,
  },
  "@bertkit/training: warmupPolynomialDecay(options)": {
    call: (options) => training.warmupPolynomialDecay(options),
    given: () => warmup,
  },
  "@bertkit/training: warmupTrapezoid(options)": {
    call: (options) => training.warmupTrapezoid(options),
    given: () => warmup,
  },
  "bertkit/node: mpiGroup(options)": {
    call: (options) => mpiGroup(options),
    neverRight: "it starts MPI, where the system has it",
  },
  "bertkit/node: readShards(options)": {
    call: (options) => readShards(folder, options),
    neverRight: "there is no folder of shards",
  },
  "bertkit: saveAdapter(options)": {
    call: (options) =>
      bertkit.saveAdapter(
        join(folder, "adapter"),
        parts,
        new Lora(encoder.createBert(config, rng()), { rng: rng() }),
        options,
      ),
    neverRight: "an adapter of another model has nothing to save",
  },
  "@bertkit/training: adamW(options)": {
    call: (options) => training.adamW(options),
    given: () => ({ learningRate: 0.1 }),
  },
  "@bertkit/training: muon(options)": { call: (options) => training.muon(options) },
  "@bertkit/training: nadam(options)": { call: (options) => training.nadam(options) },
  "@bertkit/training: nadamMoments(options)": {
    call: (options) => training.nadamMoments(options),
    given: () => ({ beta1: 0.9, beta2: 0.999, epsilon: 1e-6 }),
  },
  "@bertkit/training: optimizerOf(parts)": {
    call: (options) => training.optimizerOf(options),
    given: () => ({ kind: "plain", learningRate: 0.1, transforms: [] }),
  },
  "@bertkit/training: orthogonalMomentum(options)": {
    call: (options) => training.orthogonalMomentum(options),
    given: () => ({ momentum: 0.9, nesterov: true, iterations: 2 }),
  },
  "@bertkit/training: new ProgressLine(options)": {
    call: (options) => new training.ProgressLine(options),
    given: () => ({ totalSteps: 2 }),
  },
  "@bertkit/training: googleWarmupDecay(options)": {
    call: (options) => training.googleWarmupDecay(options),
    given: () => ({ peak: 1, warmupSteps: 1, totalSteps: 4 }),
  },
  "@bertkit/training: warmupLinearDecay(options)": {
    call: (options) => training.warmupLinearDecay(options),
    given: () => ({ peak: 1, warmupSteps: 1, totalSteps: 4 }),
  },
  "@bertkit/training: train(options)": {
    call: (options) => training.train(options).next(),
    given: () => {
      const model = dense();
      const loss = (): tf.Scalar => tf.sum(model.forward(tf.ones([1, 1])));
      return { model, batches: [1], optimizer: training.nadam(), rng: rng(), loss };
    },
  },

  "bertkit: fromPretrained(options)": {
    call: (options) => bertkit.fromPretrained(memory(), options),
    neverRight: "there is no model",
  },
  "bertkit: classificationTask(options)": {
    call: (options) => bertkit.classificationTask(classifier, tokenizer, options),
  },
  "bertkit: fineTune(options)": {
    call: (options) => bertkit.fineTune(options),
    given: () => {
      const own = new heads.SequenceClassifier({ encoder: encoder.createBert(config, rng()), rng: rng(), labels });
      const examples = [{ input: text, label: "good" }];
      return { task: bertkit.classificationTask(own, tokenizer), train: examples, evaluation: examples, epochs: 1 };
    },
  },
  "bertkit: rankingTask(options)": { call: (options) => bertkit.rankingTask(crossEncoder, tokenizer, options) },
  "bertkit: multipleChoiceTask(options)": {
    call: (options) => bertkit.multipleChoiceTask(chooser, tokenizer, options),
  },
  "bertkit: pipeline(options)": {
    call: (options) => bertkit.pipeline("fill-mask", memory(), options),
    neverRight: "there is no model",
  },
  "bertkit: questionAnsweringTask(options)": {
    call: (options) => bertkit.questionAnsweringTask(answerer, tokenizer, options),
  },
  "bertkit: saveModel(options)": { call: (options) => bertkit.saveModel(memory(), { dense: dense() }, options) },
  "bertkit: saveOnnx(options)": {
    call: (options) => bertkit.saveOnnx(memory(), parts, options),
    neverRight: "it traces on its own backend",
  },
  "bertkit: savePretrained(options)": { call: (options) => bertkit.savePretrained(memory(), parts, options) },
  "bertkit: saveTensorflowCheckpoint(options)": {
    call: (options) => bertkit.saveTensorflowCheckpoint(memory(), parts, options),
  },
  "bertkit: tokenClassificationTask(options)": {
    call: (options) => bertkit.tokenClassificationTask(tagger, tokenizer, options),
  },
  "bertkit: featureExtraction(given)": { call: (options) => bertkit.featureExtraction(parts, options)(text) },
  "bertkit: fillMask(options)": { call: (options) => bertkit.fillMask({ ...parts, maskedLm }, options)("the [MASK]") },
  "bertkit: questionAnswering(given)": {
    call: (options) => bertkit.questionAnswering({ ...parts, questionAnswerer: answerer }, options)(question),
  },
  "bertkit: textClassification(options)": {
    call: (options) => bertkit.textClassification({ ...parts, classifier }, options)(text),
  },
  "bertkit/node: new Autosave(options)": { call: (options) => new Autosave(async () => {}, options) },
  "bertkit/node: RunFolder.open(options)": {
    call: (options) => RunFolder.open(folder, options),
    given: () => ({ stages: ["one"] }),
    neverRight: "it locks a folder",
  },
  "bertkit/node: new StopRequest(options)": {
    call: (options) => new StopRequest(options),
    given: () => ({ name: "x", saved: () => "" }),
    neverRight: "it takes the process's signals",
  },
};

/** For the calls of functions that take data. */
export const fixtures = {
  tokenizer,
  vocabulary,
  config,
  rng,
  encoder: bert,
  maskedLm,
  labels,
  classifier,
  tagger,
  answerer,
  embedder,
  chooser,
  parts,
  text,
  question,
  vectors,
  pretrainingVocabulary,
  instanceShape,
  memory,
  source,
  dense,
  denseNames,
};
