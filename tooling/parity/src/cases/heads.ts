import { createBert } from "@bertkit/encoder";
import {
  classificationTensors,
  type Problem,
  QuestionAnswerer,
  questionTensors,
  SequenceClassifier,
  tokenTensors,
  TokenClassifier,
} from "@bertkit/heads";
import { inference, Rng } from "@bertkit/nn";
import type * as tf from "@tensorflow/tfjs-core";

import { modelVariables, type ParityCase } from "../parity-case.ts";
import { toyBatch, toyConfig } from "./encoder.ts";

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

function named({ loss, metrics }: { loss: tf.Scalar; metrics: Record<string, tf.Scalar> }): Record<string, tf.Tensor> {
  return { loss, ...Object.fromEntries(Object.entries(metrics).map(([key, value]) => [`metrics.${key}`, value])) };
}

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
];
