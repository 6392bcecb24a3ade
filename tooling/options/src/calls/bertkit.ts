import { join } from "node:path";
import * as bertkit from "bertkit";
import {
  Autosave,
  InstanceMaker,
  mpiGroup,
  pretrain,
  pretrainSettings,
  readShards,
  RunFolder,
  StopRequest,
} from "bertkit/node";
import { readCorpus } from "@bertkit/datasets";
import * as encoder from "@bertkit/encoder";
import * as heads from "@bertkit/heads";
import { Lora } from "@bertkit/nn";
import type { Calls } from "../call.ts";
import {
  answerer,
  chooser,
  classifier,
  config,
  crossEncoder,
  dense,
  embedder,
  labels,
  maskedLm,
  memory,
  parts,
  question,
  rng,
  tagger,
  temporaryFolder,
  text,
  tokenizer,
} from "../fixtures.ts";

export const bertkitCalls: Calls = {
  "bertkit/node: mpiGroup(options)": {
    call: (options) => mpiGroup(options),
    invalidOnly: "it starts MPI, where the system has it",
  },
  "bertkit/node: readShards(options)": {
    call: (options) => readShards(temporaryFolder, options),
    invalidOnly: "there is no folder of shards",
  },
  "bertkit/node: InstanceMaker.of(settings)": {
    call: async (settings) => InstanceMaker.of(await readCorpus("the film\n"), tokenizer, settings).groups,
  },
  "bertkit/node: InstanceMaker.open(settings)": {
    call: (settings) => InstanceMaker.open([], settings),
    required: () => ({ tokenizer: join(temporaryFolder, "vocab.txt") }),
    invalidOnly: "there is no vocabulary",
  },
  "bertkit/node: pretrain(options)": {
    call: (options) => pretrain(options),
    required: () => ({ text: [join(temporaryFolder, "text.txt")], out: join(temporaryFolder, "pretrained") }),
    invalidOnly: "it would train",
  },
  "bertkit/node: pretrainSettings(own)": { call: (own) => pretrainSettings("minutes", own) },
  "bertkit: saveAdapter(options)": {
    call: (options) =>
      bertkit.saveAdapter(
        join(temporaryFolder, "adapter"),
        parts,
        new Lora(encoder.createBert(config, rng()), { rng: rng() }),
        options,
      ),
    invalidOnly: "an adapter of another model has nothing to save",
  },
  "bertkit: fromPretrained(options)": {
    call: (options) => bertkit.fromPretrained(memory(), options),
    invalidOnly: "there is no model",
  },
  "bertkit: classificationTask(options)": {
    call: (options) => bertkit.classificationTask(classifier, tokenizer, options),
  },
  "bertkit: fineTune(options)": {
    call: (options) => bertkit.fineTune(options),
    required: () => {
      const own = new heads.SequenceClassifier({ encoder: encoder.createBert(config, rng()), rng: rng(), labels });
      const examples = [{ input: text, label: "good" }];
      return { task: bertkit.classificationTask(own, tokenizer), train: examples, evaluation: examples, epochs: 1 };
    },
  },
  "bertkit: embeddingTask(options)": { call: (options) => bertkit.embeddingTask(embedder, tokenizer, options) },
  "bertkit: rankingTask(options)": { call: (options) => bertkit.rankingTask(crossEncoder, tokenizer, options) },
  "bertkit: multipleChoiceTask(options)": {
    call: (options) => bertkit.multipleChoiceTask(chooser, tokenizer, options),
  },
  "bertkit: pipeline(options)": {
    call: (options) => bertkit.pipeline("fill-mask", memory(), options),
    invalidOnly: "there is no model",
  },
  "bertkit: questionAnsweringTask(options)": {
    call: (options) => bertkit.questionAnsweringTask(answerer, tokenizer, options),
  },
  "bertkit: saveModel(options)": { call: (options) => bertkit.saveModel(memory(), { dense: dense() }, options) },
  "bertkit: saveOnnx(options)": {
    call: (options) => bertkit.saveOnnx(memory(), parts, options),
    invalidOnly: "it traces on its own backend",
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
    call: (options) => RunFolder.open(temporaryFolder, options),
    required: () => ({ stages: ["one"] }),
    invalidOnly: "it locks a folder",
  },
  "bertkit/node: new StopRequest(options)": {
    call: (options) => new StopRequest(options),
    required: () => ({ name: "x", saved: () => "" }),
    invalidOnly: "it takes the process's signals",
  },
};
