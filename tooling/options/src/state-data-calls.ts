// How to call functions that read or change state, with nothing wrong but their data.
import * as bertkit from "bertkit";
import * as checkpoints from "@bertkit/checkpoints";
import * as datasets from "@bertkit/datasets";
import * as encoder from "@bertkit/encoder";
import * as heads from "@bertkit/heads";
import * as metrics from "@bertkit/metrics";
import * as nn from "@bertkit/nn";
import * as pretraining from "@bertkit/pretraining";
import * as tokenizers from "@bertkit/tokenizer";
import * as training from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import {
  bert,
  classifier,
  config,
  crossEncoder,
  dense,
  denseNames,
  embedder,
  instanceShape,
  labels,
  maskedLm,
  memory,
  parts,
  pretrainingVocabulary,
  rng,
  text,
  tokenizer,
} from "./fixtures.ts";

const items = (): datasets.Dataset<number> => datasets.Dataset.from([1, 2, 3, 4]);
const adam = (): training.Optimizer => training.adamW({ learningRate: 0.1 });
const state = { tensors: new Map(), json: {} };

export const stateDataCalls: Record<string, (data: never) => unknown> = {
  "new ClassTally update": (b) => new metrics.ClassTally().update(b, b),
  "ClassTally.merge": (b) => new metrics.ClassTally().merge(b),
  "KerasRocAuc.update": (b) => new metrics.KerasRocAuc().update(b, b),
  "KerasRocAuc.merge": (b) => new metrics.KerasRocAuc().merge(b),
  Collected: (b) => new metrics.Collected(b).result(),
  "Collected.update": (b) => new metrics.Collected(metrics.accuracy as never).update(b, b),
  "Collected.merge": (b) => new metrics.Collected(metrics.accuracy as never).merge(b),

  "Dataset.from": (b) => datasets.Dataset.from(b),
  "Dataset.map": (b) => items().map(b),
  "Dataset.filter": (b) => items().filter(b),
  "Dataset.flatMap": (b) => items().flatMap(b),
  "Dataset.flatMap result": (b) => items().flatMap(() => b),
  "Dataset.concat": (b) => items().concat(b),
  "Dataset.interleave": (b) => datasets.Dataset.interleave(b),
  "Dataset.interleave part": (b) => datasets.Dataset.interleave([b]),
  "Dataset.mix part": (b) => datasets.Dataset.mix([b], { seed: 0 }),
  "Dataset.mix dataset": (b) => datasets.Dataset.mix([{ dataset: b, weight: 1 }], { seed: 0 }),
  "Dataset.read": (b) => items().read(b),
  "Dataset.split": (b) => items().split(b, { seed: 0 }),
  "Dataset.batch": (b) => items().batch(b),
  encodeTfExample: (b) => datasets.encodeTfExample(b),
  "encodeTfExample feature": (b) => datasets.encodeTfExample({ a: b }),
  tfrecord: (b) => datasets.tfrecord(b),
  mergeShardIndexes: (b) => datasets.mergeShardIndexes(b),
  parseShardIndex: (b) => datasets.parseShardIndex(b, "a"),
  splitSentences: (b) => datasets.splitSentences(b),
  iob1ToBio: (b) => datasets.iob1ToBio(b),

  "WordPiece vocabulary": (b) => new tokenizers.WordPiece({ vocabulary: b }),

  variables: (b) => nn.variables(b),
  trainableVariables: (b) => nn.trainableVariables(b),
  countParameters: (b) => nn.countParameters(b),
  summary: (b) => nn.summary(b),
  dispose: (b) => nn.dispose(b),
  freeze: (b) => nn.freeze(b),
  "freeze chosen": (b) => nn.freeze({ dense: dense() }, b),
  nameOfPath: (b) => nn.nameOfPath(b, "a"),
  "nameOfPath path": (b) => nn.nameOfPath(denseNames, b),
  pathOfName: (b) => nn.pathOfName(b, "a"),
  prefixRules: (b) => nn.prefixRules(b, { path: "a." }),
  "Rng.fromState": (b) => nn.Rng.fromState(b),
  "Rng.shuffle": (b) => rng().shuffle(b),
  parameter: (b) => nn.parameter(b, nn.zeros, rng()),
  "Lora model": (b) => new nn.Lora(b, { rng: rng() }),
  "Lora rng": (b) => new nn.Lora(encoder.createBert(config, rng()), { rng: b }),
  "Dense rng": (b) => new nn.Dense({ inputSize: 1, outputSize: 1, rng: b }),
  escapeControls: (b) => nn.escapeControls(b),

  startWithWordVectors: (b) => encoder.startWithWordVectors(encoder.createBert(config, rng()), b),
  activationOf: (b) => encoder.activationOf(b),
  "createBert rng": (b) => encoder.createBert(config, b),

  "exportVariables model": (b) => checkpoints.exportVariables(b, denseNames),
  "exportVariables names": (b) => checkpoints.exportVariables({ dense: dense() }, b),
  "variableSource model": (b) => checkpoints.variableSource(b, denseNames),
  "variableSource names": (b) => checkpoints.variableSource({ dense: dense() }, b),
  "importVariables source": (b) => checkpoints.importVariables({ dense: dense() }, b, denseNames),
  "loadTensors folder": (b) => checkpoints.loadTensors(b, "a"),
  "loadTensors name": (b) => checkpoints.loadTensors(memory(), b),
  "loadTensorsJson folder": (b) => checkpoints.loadTensorsJson(b, "a"),
  "saveTensors folder": (b) => checkpoints.saveTensors(b, "a", { tensors: new Map(), json: {} }),
  "saveTensors name": (b) => checkpoints.saveTensors(memory(), b, { tensors: new Map(), json: {} }),
  "saveTensors saved": (b) => checkpoints.saveTensors(memory(), "a", b),
  "saveTensors tensors": (b) => checkpoints.saveTensors(memory(), "a", { tensors: b, json: {} }),
  memorySource: (b) => checkpoints.memorySource(b),
  bytesSource: (b) => checkpoints.bytesSource(b, "a"),
  memoryFolder: (b) => checkpoints.memoryFolder(b),
  checkFileName: (b) => checkpoints.checkFileName(b),
  "readFile folder": (b) => checkpoints.readFile(b, "a"),
  "readText name": (b) => checkpoints.readText(memory(), b),
  "readJson folder": (b) => checkpoints.readJson(b, "a"),
  "hasFile folder": (b) => checkpoints.hasFile(b, "a"),
  "writeFile folder": (b) => checkpoints.writeFile(b, "a", "b"),
  "writeFile name": (b) => checkpoints.writeFile(memory(), b, "b"),
  "writeFile content": (b) => checkpoints.writeFile(memory(), "a", b),
  "writeTensorflow folder": (b) => checkpoints.writeTensorflow(b, "a", []),
  "writeTensorflow tensors": (b) => checkpoints.writeTensorflow(memory(), "a", b),
  openSafetensors: (b) => checkpoints.openSafetensors(b),
  openPytorch: (b) => checkpoints.openPytorch(b),
  openTfjs: (b) => checkpoints.openTfjs(b),
  openTensorflow: (b) => checkpoints.openTensorflow(b, "a"),
  importAdamState: (b) => checkpoints.importAdamState({ dense: dense() }, b, denseNames),
  exportAdamState: (b) => checkpoints.exportAdamState(b, denseNames),
  "exportAdamState slots": (b) => checkpoints.exportAdamState({ step: 1, slots: b }, denseNames),

  "train model": (b) =>
    training.train({ model: b, batches: [1], optimizer: adam(), rng: rng(), loss: () => tf.scalar(0) }),
  "train optimizer": (b) =>
    training.train({ model: { dense: dense() }, batches: [1], optimizer: b, rng: rng(), loss: () => tf.scalar(0) }),
  "train loss": (b) =>
    training.train({ model: { dense: dense() }, batches: [1], optimizer: adam(), rng: rng(), loss: () => b }),
  trainingState: (b) => training.trainingState(b),
  "trainingState model": (b) => training.trainingState({ model: b, optimizer: adam(), rng: rng() }),
  restoreTrainingState: (b) => training.restoreTrainingState(b, state),
  "restoreTrainingState state": (b) =>
    training.restoreTrainingState({ model: { dense: dense() }, optimizer: adam(), rng: rng() }, b),
  "restoreTrainingState tensors": (b) =>
    training.restoreTrainingState(
      { model: { dense: dense() }, optimizer: adam(), rng: rng() },
      { tensors: b, json: {} },
    ),
  "optimizer.restore": (b) => adam().restore(b),
  "optimizer.restore slots": (b) => adam().restore({ step: 1, slots: b }),
  "optimizer.update": (b) => adam().update(b, new Map()),
  "optimizer.update gradients": (b) => adam().update(new Map(), b),
  "optimizerByPath.restore": (b) => training.optimizerByPath([{ optimizer: adam() }]).restore(b),
  "optimizerByPath part": (b) => training.optimizerByPath([b]),
  "layerwiseRates path": (b) => training.layerwiseRates({ layers: 2, decay: 0.8 })(b),
  "LossScaler.restore": (b) => new training.LossScaler().restore(b),
  "LossScaler.restore scale": (b) => new training.LossScaler().restore({ scale: b, updates: 0, skipped: 0 }),
  "ProgressLine.add": (b) => new training.ProgressLine({ totalSteps: 2 }).add(b),
  changeEach: (b) => training.changeEach(b),

  rankingBatch: (b) => heads.rankingBatch(b, tokenizer),
  "rankingBatch documents": (b) => heads.rankingBatch([{ query: "a", documents: b, relevance: [1] }], tokenizer),
  "rankingBatch relevance": (b) => heads.rankingBatch([{ query: "a", documents: ["a"], relevance: b }], tokenizer),
  "rankDocuments query": (b) => heads.rankDocuments(crossEncoder, tokenizer, b, ["a"]),
  "rankDocuments documents": (b) => heads.rankDocuments(crossEncoder, tokenizer, "a", b),
  followProbabilities: (b) =>
    heads.followProbabilities(new heads.NextSentence({ encoder: bert, rng: rng() }), tokenizer, b),
  choicePairs: (b) => heads.choicePairs(b),
  sentenceModuleFiles: (b) => heads.sentenceModuleFiles(b, 8),
  "MultiTask heads": (b) => new heads.MultiTask({ heads: b }),
  "MultiTask.loss": (b) => new heads.MultiTask({ heads: { films: classifier } }).loss(b, nn.inference),
  "LayerFeatures layers": (b) => new heads.LayerFeatures({ encoder: bert, layers: b }),
  "SentenceEmbedder pooling": (b) => new heads.SentenceEmbedder({ encoder: bert, pooling: b }),
  "SentencePairClassifier labels": (b) => new heads.SentencePairClassifier({ embedder, rng: rng(), labels: b }),
  forwardInMiniBatches: (b) => heads.forwardInMiniBatches(embedder, b, nn.inference),

  packInstances: (b) => pretraining.packInstances(b, { length: 8 }),
  "maskAgain vocabulary": (b) => pretraining.maskAgain({ vocabulary: b }),
  "maskAgain instance": (b) => pretraining.maskAgain({ vocabulary: pretrainingVocabulary })(b, rng()),
  unmasked: (b) => pretraining.unmasked(b),
  countTokens: (b) => pretraining.countTokens(b, 20),
  pretrainingVocabulary: (b) => pretraining.pretrainingVocabulary(b),
  sumObjectives: (b) => pretraining.sumObjectives(b),
  "objective parts": (b) => pretraining.objective(b, () => ({ loss: tf.scalar(0), metrics: {} })),
  shareBatches: (b) => pretraining.shareBatches(b),
  instanceFeatures: (b) => pretraining.instanceFeatures(b, instanceShape),
  withinCorpora: (b) => pretraining.withinCorpora(b, pretraining.anyDocument),
  "fillMask batch": (b) => pretraining.fillMask({ encoder: bert, head: maskedLm, batch: b, maskId: 4 }),
  "evaluatePretraining batches": (b) => pretraining.evaluatePretraining({ encoder: bert, maskedLm, batches: b }),
  PythonRandom: (b) => new pretraining.PythonRandom(b),

  "savePretrained parts": (b) => bertkit.savePretrained(memory(), b),
  "saveModel model": (b) => bertkit.saveModel(memory(), b),
  "loadAdapter model": (b) => bertkit.loadAdapter(memory(), b),
  "saveAdapter lora": (b) => bertkit.saveAdapter(memory(), parts, b),
  "pipeline task": (b) => bertkit.pipeline(b, memory()),
  huggingFaceConfigText: (b) => bertkit.huggingFaceConfigText(b, 0),
  withPooler: (b) => bertkit.withPooler(b, true, rng()),
  encoderFamily: (b) => bertkit.encoderFamily(b),
  "classificationTask classifier": (b) => bertkit.classificationTask(b, tokenizer),
  "rankingTask examples": (b) => bertkit.rankingTask(crossEncoder, tokenizer).scores(b),
  "multipleChoiceTask examples": (b) =>
    bertkit.multipleChoiceTask(new heads.MultipleChoice({ encoder: bert, rng: rng() }), tokenizer).scores(b),
  "classificationTask examples": (b) => bertkit.classificationTask(classifier, tokenizer).scores(b),
  "tokenClassificationTask examples": (b) =>
    bertkit
      .tokenClassificationTask(
        new heads.TokenClassifier({ encoder: bert, rng: rng(), labels: ["O", "B-X"] }),
        tokenizer,
      )
      .scores(b),
  "questionAnsweringTask examples": (b) =>
    bertkit.questionAnsweringTask(new heads.QuestionAnswerer({ encoder: bert, rng: rng() }), tokenizer).scores(b),
  classificationScores: (b) => bertkit.classificationScores(classifier, b, b),
  "fineTune task": (b) => bertkit.fineTune({ task: b, train: [{ input: text, label: labels[0]! }], epochs: 1 }),
  "fineTune evaluation": (b) =>
    bertkit.fineTune({
      task: bertkit.classificationTask(
        new heads.SequenceClassifier({ encoder: encoder.createBert(config, rng()), rng: rng(), labels }),
        tokenizer,
      ),
      train: [{ input: text, label: "good" }],
      evaluation: b,
      epochs: 1,
    }),
};
