import { createBert } from "@bertkit/encoder";
import {
  choiceTensors,
  classificationTensors,
  CrossEncoder,
  MultipleChoice,
  MultiTask,
  NextSentence,
  type Problem,
  QuestionAnswerer,
  questionTensors,
  rankingTensors,
  SequenceClassifier,
  tokenTensors,
  TokenClassifier,
} from "@bertkit/heads";
import { inference, Rng } from "@bertkit/nn";

import { modelVariables, named, type ParityCase } from "../parity-case.ts";
import { toyBatch, toyConfig } from "./toy-model.ts";

const labels = ["red", "green", "blue"];
const targets: Record<Problem, Int32Array | Float32Array> = {
  "single-label": Int32Array.of(2, 0),
  "multi-label": Float32Array.of(1, 0, 1, 0, 0, 1),
  regression: Float32Array.of(0.5, -1, 2, 0, 1.5, -0.25),
};
const training = (): { training: true; rng: Rng } => ({ training: true, rng: new Rng(6) });

function sequenceCase(problem: Problem): ParityCase {
  return {
    name: `heads/SequenceClassifier, ${problem}`,
    covers: ["SequenceClassifier", "classificationTensors"],
    build: (rng) => {
      const classifier = new SequenceClassifier({
        encoder: createBert({ ...toyConfig, hiddenLayers: 1 }, rng),
        labels,
        problem,
        dropout: 0.2,
        rng,
      });
      const tensors = classificationTensors({ ...toyBatch, labels: targets[problem] });
      return {
        variables: modelVariables(rng, classifier),
        forward: () => ({
          logits: classifier.forward(tensors, training()),
          scores: classifier.predict(tensors),
          ...named(classifier.loss(tensors, inference)),
        }),
        differentiate: ["logits", "scores", "loss"],
      };
    },
  };
}

/** Heads that predict labels, answers and ranks. */
export const headsCases: readonly ParityCase[] = [
  sequenceCase("single-label"),
  sequenceCase("multi-label"),
  sequenceCase("regression"),
  {
    name: "heads/TokenClassifier",
    covers: ["TokenClassifier", "tokenTensors"],
    build: (rng) => {
      const encoder = createBert({ ...toyConfig, hiddenLayers: 1, pooler: false }, rng);
      const classifier = new TokenClassifier({ encoder, labels, dropout: 0.2, rng });
      const tensors = tokenTensors({
        ...toyBatch,
        labels: Int32Array.of(0, 2, 1, 1, 0, 0, 1, 2, 0, 0),
        weights: Float32Array.of(0, 1, 1, 1, 0, 0, 1, 0, 0, 0),
      });
      return {
        variables: modelVariables(rng, classifier),
        forward: () => ({
          logits: classifier.forward(tensors, training()),
          scores: classifier.predict(tensors),
          ...named(classifier.loss(tensors, inference)),
        }),
        differentiate: ["logits", "scores", "loss"],
      };
    },
  },
  {
    name: "heads/QuestionAnswerer",
    covers: ["QuestionAnswerer", "questionTensors"],
    build: (rng) => {
      const answerer = new QuestionAnswerer({
        encoder: createBert({ ...toyConfig, hiddenLayers: 1, pooler: false }, rng),
        rng,
      });
      const [rows, tokens] = toyBatch.shape;
      // The last start is beyond the row, and ignored.
      const startPositions = Int32Array.from({ length: rows }, (_, row) => (row === rows - 1 ? tokens : row + 1));
      const endPositions = Int32Array.from({ length: rows }, (_, row) => row + 2);
      const tensors = questionTensors({ ...toyBatch, startPositions, endPositions });
      return {
        variables: modelVariables(rng, answerer),
        forward: () => ({
          logits: answerer.forward(tensors, training()),
          scores: answerer.predict(tensors),
          ...named(answerer.loss(tensors, inference)),
        }),
        differentiate: ["logits", "scores", "loss"],
      };
    },
  },
  {
    name: "heads/MultipleChoice",
    covers: ["MultipleChoice", "choiceTensors"],
    build: (rng) => {
      const model = new MultipleChoice({
        encoder: createBert({ ...toyConfig, hiddenLayers: 1 }, rng),
        dropout: 0.2,
        rng,
      });
      const tensors = choiceTensors({ ...toyBatch, labels: Int32Array.of(1) });
      return {
        variables: modelVariables(rng, model),
        forward: () => ({
          logits: model.forward(tensors, training()),
          scores: model.predict(tensors),
          ...named(model.loss(tensors, inference)),
        }),
        differentiate: ["logits", "scores", "loss"],
      };
    },
  },
  {
    name: "heads/CrossEncoder",
    covers: ["CrossEncoder", "rankingTensors"],
    build: (rng) => {
      const encoder = createBert({ ...toyConfig, hiddenLayers: 1 }, rng);
      const classifier = new SequenceClassifier({ encoder, labels: ["relevance"], problem: "multi-label", rng });
      const [binary, listwise] = [
        new CrossEncoder({ classifier }),
        new CrossEncoder({ classifier, objective: "listwise" }),
      ];
      const tensors = rankingTensors({
        ...toyBatch,
        relevance: Float32Array.of(0.25, 1),
        queries: Int32Array.of(0, 0),
      });
      return {
        variables: modelVariables(rng, classifier),
        forward: () => ({
          scores: binary.predict(tensors),
          binary: binary.loss(tensors, inference).loss,
          listwise: listwise.loss(tensors, inference).loss,
        }),
        differentiate: ["scores", "binary", "listwise"],
      };
    },
  },
  {
    name: "heads/NextSentence and MultiTask",
    covers: ["NextSentence", "MultiTask"],
    build: (rng) => {
      const encoder = createBert({ ...toyConfig, hiddenLayers: 1 }, rng);
      const next = new NextSentence({ encoder, rng });
      const colors = new SequenceClassifier({ encoder, labels, rng });
      const model = new MultiTask({ heads: { next, colors }, weights: { colors: 0.5 } });
      const tensors = classificationTensors({ ...toyBatch, labels: Int32Array.of(1, 0) });
      return {
        variables: modelVariables(rng, model),
        forward: () => ({
          scores: next.predict(tensors),
          loss: model.loss({ next: tensors, colors: tensors }, inference).loss,
        }),
        differentiate: ["scores", "loss"],
      };
    },
  },
];
