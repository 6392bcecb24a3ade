// How to call each function that takes data, with valid arguments beside the data.
import * as bertkit from "bertkit";
import * as checkpoints from "@bertkit/checkpoints";
import * as datasets from "@bertkit/datasets";
import * as encoder from "@bertkit/encoder";
import * as heads from "@bertkit/heads";
import * as metrics from "@bertkit/metrics";
import * as pretraining from "@bertkit/pretraining";
import * as tokenizers from "@bertkit/tokenizer";
import { tokenizerFromFiles, tokenizerFromJson } from "@bertkit/tokenizer/files";
import { DecodeStream } from "@bertkit/tokenizer/parts";
import { trainWordPiece } from "@bertkit/tokenizer/training";
import { encodeWindows } from "@bertkit/tokenizer/windows";
import * as training from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import {
  answerer,
  bert,
  chooser,
  classifier,
  dense,
  denseNames,
  embedder,
  instanceShape,
  labels,
  maskedLm,
  memory,
  parts,
  pretrainingVocabulary,
  question,
  rng,
  source,
  tagger,
  tokenizer,
  vectors,
  vocabulary,
} from "./fixtures.ts";

export const dataCalls: Record<string, (data: never) => unknown> = {
  "tokenizer.encode": (b) => tokenizer.encode(b).ids,
  "tokenizer.encode pair": (b) => tokenizer.encode("a", b).ids,
  "tokenizer.encodeWords": (b) => tokenizer.encodeWords(b).ids,
  "tokenizer.encodeWords pair": (b) => tokenizer.encodeWords(["a"], b).ids,
  "tokenizer.encodeBatch": (b) => tokenizer.encodeBatch(b).shape,
  "tokenizer.encodeRagged": (b) => tokenizer.encodeRagged(b).ids,
  "tokenizer.decode": (b) => tokenizer.decode(b),
  "tokenizer.tokenize": (b) => tokenizer.tokenize(b),
  "tokenizer.token": (b) => tokenizer.token(b),
  "tokenizer.isSpecial": (b) => tokenizer.isSpecial(b),
  padBatch: (b) => tokenizers.padBatch(b),
  "padBatch row": (b) => tokenizers.padBatch([b]),
  "padBatch ids": (b) => tokenizers.padBatch([{ ids: b, tokenTypeIds: Int32Array.of(0) }]),
  "bertTokenizer vocabulary": (b) => tokenizers.bertTokenizer({ vocabulary: b }),
  "bertTokenizer neverSplit": (b) => tokenizers.bertTokenizer({ vocabulary, neverSplit: b }),
  "bertTokenizer addedTokens": (b) => tokenizers.bertTokenizer({ vocabulary, addedTokens: b }),
  "bertTokenizer specialTokens": (b) => tokenizers.bertTokenizer({ vocabulary, specialTokens: b }),
  "bertTokenizer dialect": (b) => tokenizers.bertTokenizer({ vocabulary, dialect: b }),
  Vocabulary: (b) => new tokenizers.Vocabulary(b).size,
  "Vocabulary.id": (b) => vocabulary.id(b),
  "Vocabulary.token": (b) => vocabulary.token(b),
  parseVocabulary: (b) => tokenizers.parseVocabulary(b).size,
  encodeWindows: (b) => encodeWindows(tokenizer, b, undefined, { maxLength: 8 }).length,
  trainWordPiece: (b) => trainWordPiece(b, { vocabularySize: 30 }),
  tokenizerFromJson: (b) => tokenizerFromJson(b),
  tokenizerFromFiles: (b) => tokenizerFromFiles({ vocab: b }),
  "DecodeStream.push": (b) => new DecodeStream(tokenizer).push(b),
  "heads.encodeRows": (b) => heads.encodeRows(b, tokenizer).length,
  "heads.padRows": (b) => heads.padRows(b, 0).shape,
  "heads.predictRows": (b) => heads.predictRows(b, 0, (batch) => classifier.predict(batch)),
  choiceBatch: (b) => heads.choiceBatch(b, tokenizer),
  "choiceBatch choices": (b) => heads.choiceBatch([{ context: "a", choices: b, label: 0 }], tokenizer),
  "choiceBatch label": (b) => heads.choiceBatch([{ context: "a", choices: ["a", "b"], label: b }], tokenizer),
  choose: (b) => heads.choose(chooser, tokenizer, b),
  "choose choices": (b) => heads.choose(chooser, tokenizer, [{ context: "a", choices: b }]),
  answerQuestions: (b) => heads.answerQuestions(answerer, tokenizer, b, { maxLength: 16 }),
  "answerQuestions context": (b) =>
    heads.answerQuestions(answerer, tokenizer, [{ question: "a", context: b }], { maxLength: 16 }),
  encodeQuestion: (b) => heads.encodeQuestion(b, tokenizer, { maxLength: 16 }).windows.length,
  questionFeatures: (b) => heads.questionFeatures(b, tokenizer),
  "questionFeatures answers": (b) => heads.questionFeatures({ ...question, answers: b }, tokenizer),
  questionBatch: (b) => heads.questionBatch(b, tokenizer),
  squadPredictions: (b) => heads.squadPredictions(b),
  decodeAnswers: (b) => heads.decodeAnswers(heads.encodeQuestion(question, tokenizer, { maxLength: 16 }), b, tokenizer),
  widenToWords: (b) => heads.widenToWords(heads.encodeQuestion(question, tokenizer, { maxLength: 16 }), b),
  embedTexts: (b) => heads.embedTexts(embedder, tokenizer, b),
  classifyTexts: (b) => heads.classifyTexts(classifier, tokenizer, b),
  classificationBatch: (b) => heads.classificationBatch(b, tokenizer, classifier),
  "classificationBatch input": (b) => heads.classificationBatch([{ input: b, label: "bad" }], tokenizer, classifier),
  "classificationBatch label": (b) => heads.classificationBatch([{ input: "a", label: b }], tokenizer, classifier),
  labelTargets: (b) => heads.labelTargets(b, classifier),
  topLabel: (b) => heads.topLabel(b),
  labelsAbove: (b) => heads.labelsAbove(b),
  "labelsAbove threshold": (b) => heads.labelsAbove([{ label: "a", score: 1 }], b),
  findEntities: (b) => heads.findEntities(tagger, tokenizer, b),
  tagWords: (b) => heads.tagWords(tagger, tokenizer, b),
  tokenBatch: (b) => heads.tokenBatch(b, tokenizer, tagger),
  "tokenBatch labels": (b) => heads.tokenBatch([{ words: ["film"], labels: b }], tokenizer, tagger),
  "tokenBatch words": (b) => heads.tokenBatch([{ words: b, labels: ["O"] }], tokenizer, tagger),
  "heads.encodeWords": (b) => heads.encodeWords(b, tokenizer),
  aggregateTokens: (b) => heads.aggregateTokens(b, new Float32Array(1), ["O"], "simple"),
  parseSentenceModules: (b) => heads.parseSentenceModules(b),
  "new SequenceClassifier labels": (b) => new heads.SequenceClassifier({ encoder: bert, rng: rng(), labels: b }),
  "new TokenClassifier labels": (b) => new heads.TokenClassifier({ encoder: bert, rng: rng(), labels: b }),
  "matryoshka sizes": (b) => heads.matryoshkaLoss([vectors], { sizes: b }, ([first]) => tf.sum(first!)),
  "matryoshka vectors": (b) => heads.matryoshkaLoss(b, { sizes: [1] }, ([first]) => tf.sum(first!)),
  documentIds: (b) => pretraining.documentIds(b, tokenizer),
  createInstances: (b) => pretraining.createInstances(b, { vocabulary: pretrainingVocabulary, dupeFactor: 1 }, rng()),
  blockInstances: (b) => pretraining.blockInstances(b, { vocabulary: pretrainingVocabulary }, rng()),
  pretrainingInstances: (b) =>
    pretraining.pretrainingInstances(b, { vocabulary: pretrainingVocabulary, shuffleBufferSize: 2 }, rng()),
  pretrainingBatch: (b) => pretraining.pretrainingBatch(b, instanceShape),
  pretrainingBatches: (b) => pretraining.pretrainingBatches(b, { ...instanceShape, batchSize: 1 }),
  logUnigramFrequencies: (b) => pretraining.logUnigramFrequencies(b),
  wordVectors: (b) => pretraining.wordVectors(b, { vocabularySize: 20, size: 2 }, rng()),
  instancesFeatures: (b) => pretraining.instancesFeatures(b, instanceShape),
  instanceOfFeatures: (b) => pretraining.instanceOfFeatures(b),
  largestValues: (b) => pretraining.largestValues(b, 2),
  "largestValues count": (b) => pretraining.largestValues([1, 2], b),
  "fillMask texts": (b) => bertkit.fillMask({ ...parts, maskedLm })(b),
  "featureExtraction texts": (b) => bertkit.featureExtraction(parts)(b),
  "textClassification texts": (b) => bertkit.textClassification({ ...parts, classifier })(b),
  questionAnswering: (b) => bertkit.questionAnswering({ ...parts, questionAnswerer: answerer })(b),
  "optimizerOf transforms": (b) => training.optimizerOf({ kind: "x", learningRate: 0.1, transforms: b }),
  globalNorm: (b) => training.globalNorm(b),
  "importVariables model": (b) => checkpoints.importVariables(b, source(), denseNames),
  "importVariables names": (b) => checkpoints.importVariables({ dense: dense() }, source(), b),
  writeSafetensors: (b) => checkpoints.writeSafetensors(b),
  writeTfjs: (b) => checkpoints.writeTfjs(memory(), b),
  writeShardedSafetensors: (b) => checkpoints.writeShardedSafetensors(memory(), b),
  readSafetensors: (b) => checkpoints.readSafetensors(b),
  openWeights: (b) => checkpoints.openWeights(b),
  writeTogether: (b) => checkpoints.writeTogether(memory(), b, async () => {}),
  httpFolder: (b) => checkpoints.httpFolder(b),

  fromPretrained: (b) => bertkit.fromPretrained(b),
  loadModel: (b) => (bertkit.loadModel as never as (...a: unknown[]) => unknown)(b),
  parseHuggingFaceConfig: (b) => bertkit.parseHuggingFaceConfig(b),
  checkBertConfig: (b) => encoder.checkBertConfig(b),
  bertInputs: (b) => encoder.bertInputs(b),
  "fineTune train": (b) => {
    const own = new heads.SequenceClassifier({ encoder: bert, rng: rng(), labels });
    return bertkit.fineTune({
      task: bertkit.classificationTask(own, tokenizer),
      train: b,
      evaluation: [{ input: "a film", label: "good" }],
      epochs: 1,
    } as never);
  },
};

/** Functions of one or two lists of numbers or texts. */
for (const [name, metric] of Object.entries(metrics)) {
  if (typeof metric !== "function" || /^[A-Z]/.test(name)) continue;
  const call = metric as unknown as (...given: unknown[]) => unknown;
  dataCalls[`metrics.${name}`] = (data) => call(data, data, 2);
  dataCalls[`metrics.${name}, first`] = (data) => call(data, [0, 1], 2);
  dataCalls[`metrics.${name}, second`] = (data) => call([0, 1], data, 2);
}

const seconds: Readonly<Record<string, unknown>> = {
  batch: 2,
  bucketByLength: { length: () => 1, boundaries: [2], batchSize: 2 },
  filter: () => true,
  map: (item: unknown) => item,
  repeat: 1,
  shuffle: { bufferSize: 2, random: () => 0.5 },
  splitHoldout: { fraction: 0.5, random: () => 0.5 },
  take: 1,
};
for (const [name, read] of Object.entries(datasets)) {
  if (typeof read !== "function" || /^[A-Z]/.test(name) || ["hubDataset", "shardIndexText"].includes(name)) continue;
  const call = read as unknown as (...given: unknown[]) => unknown;
  dataCalls[`datasets.${name}`] = (data) => (name === "readGlue" ? call("SST-2", data) : call(data, seconds[name]));
}
dataCalls["datasets.hubDataset"] = (data) => (data === "text" ? undefined : datasets.hubDataset(data)); // no network
dataCalls["datasets.shardIndexText"] = (data) => datasets.shardIndexText(data);
dataCalls["Dataset.open"] = (data) => datasets.Dataset.from([1]).open(data);
dataCalls["Dataset.mix"] = (data) => datasets.Dataset.mix(data, { seed: 0 });
