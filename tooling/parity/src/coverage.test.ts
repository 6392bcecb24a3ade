// Every public name that computes with tensors needs a case; the others are listed here.
import * as encoder from "@bertkit/encoder";
import * as heads from "@bertkit/heads";
import * as nn from "@bertkit/nn";
import * as ops from "@bertkit/ops";
import * as pretraining from "@bertkit/pretraining";
import * as training from "@bertkit/training";
import { expect, test } from "vitest";

import { cases } from "./cases/index.ts";

/** Configs, names, text, randomness, loops and bookkeeping, without tensor arithmetic of their own. */
const elsewhere: Record<string, string[]> = {
  ops: ["barrier", "checkIds", "runFusedKernel", "runFusedUpdate", "withGradient"],
  nn: [
    "Rng",
    "countParameters",
    "dispose",
    "escapeControls",
    "freeze",
    "inference",
    "matchPattern",
    "nameOfPath",
    "normal",
    "ones",
    "parameter",
    "pathOfName",
    "prefixRules",
    "summary",
    "trainableVariables",
    "truncatedNormal",
    "unfreeze",
    "variables",
    "withoutDraws",
    "zeros",
  ],
  encoder: [
    "bertDefaults",
    "bertModelGardenNames",
    "bertNames",
    "bertSizes",
    "bertTensorflowNames",
    "checkBertConfig",
    "huggingFaceOutputs",
    "huggingFaceSpellings",
    "requirePooler",
    "startWithNeighbourAttention",
    "startWithWordVectors",
    "tfHubOutputs",
  ],
  training: [
    "ProgressLine",
    "broadcastTrainingState",
    "changeEach",
    "constant",
    "googleWarmupDecay",
    "isDecayedByDefault",
    "restoreTrainingState",
    "train",
    "trainingState",
    "warmupConstant",
    "warmupCosineDecay",
    "warmupLinearDecay",
    "warmupPolynomialDecay",
    "warmupTrapezoid",
  ],
  pretraining: [
    "PythonRandom",
    "anyDocument",
    "nearbyDocument",
    "countTokens",
    "createInstances",
    "documentIds",
    "evaluatePretraining",
    "fillMask",
    "linearMaskingRate",
    "logUnigramFrequencies",
    "pretrainingBatch",
    "pretrainingBatches",
    "pretrainingCopies",
    "pretrainingInstances",
    "pretrainingModelGardenNames",
    "pretrainingNames",
    "pretrainingTensorflowNames",
    "pretrainingVocabulary",
    "shareBatches",
    "withinCorpora",
    "wordVectors",
  ],
  heads: [
    "aggregateTokens",
    "aggregationStrategies",
    "answerQuestions",
    "choiceBatch",
    "choicePairs",
    "choose",
    "classificationBatch",
    "classifierNames",
    "classifierTensorflowNames",
    "classifyTexts",
    "decodeAnswers",
    "embedTexts",
    "encodeQuestion",
    "encodeRows",
    "encodeWords",
    "findEntities",
    "labelTargets",
    "labelsAbove",
    "padRows",
    "parseSentenceModules",
    "predictRows",
    "questionAnsweringNames",
    "questionAnsweringTensorflowNames",
    "questionBatch",
    "questionFeatures",
    "sentenceModuleFiles",
    "sentencePoolings",
    "squadPredictions",
    "tagWords",
    "tokenBatch",
    "topLabel",
  ],
};

test.each(Object.entries({ ops, nn, encoder, training, pretraining, heads }))("cases cover %s", (name, exported) => {
  const covered = cases.filter((parityCase) => parityCase.name.startsWith(`${name}/`)).flatMap(({ covers }) => covers);
  const wanted = Object.keys(exported).filter((key) => !elsewhere[name]!.includes(key));
  expect(new Set(covered), "add a case to ./cases, or the name to `elsewhere`").toEqual(new Set(wanted));
});
