import { bertInputs, createBert } from "@bertkit/encoder";
import {
  choiceTensors,
  classificationTensors,
  cosineSimilarityLoss,
  coSentLoss,
  CrossEncoder,
  matryoshkaLoss,
  MultipleChoice,
  flopsLoss,
  forwardInMiniBatches,
  LateInteraction,
  LayerFeatures,
  maxSim,
  multipleNegativesRanking,
  MultiTask,
  NextSentence,
  SentencePairClassifier,
  simCseLoss,
  SparseEmbedder,
  type Problem,
  QuestionAnswerer,
  questionTensors,
  rankingTensors,
  SentenceEmbedder,
  sentencePoolings,
  SequenceClassifier,
  tokenTensors,
  TokenClassifier,
  tripletLoss,
} from "@bertkit/heads";
import { Dense, inference, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

import { functionCase, modelVariables, type ParityCase } from "../parity-case.ts";
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
  {
    name: "heads/forwardInMiniBatches",
    covers: ["forwardInMiniBatches"],
    build: (rng) => {
      const encoder = createBert({ ...toyConfig, hiddenLayers: 1, pooler: false }, rng);
      const embedder = new SentenceEmbedder({ encoder });
      return {
        variables: modelVariables(rng, embedder),
        forward: () => ({
          vectors: forwardInMiniBatches(embedder, [toyBatch, toyBatch], training()),
        }),
        differentiate: ["vectors"],
      };
    },
  },
  {
    name: "heads/LayerFeatures",
    covers: ["LayerFeatures"],
    build: (rng) => {
      const encoder = createBert({ ...toyConfig, hiddenLayers: 2, pooler: false }, rng);
      const concat = new LayerFeatures({ encoder, layers: [0, -1] });
      const sum = new LayerFeatures({ encoder, layers: [1, 2], combine: "sum" });
      return {
        variables: modelVariables(rng, encoder),
        forward: () => ({
          concat: concat.forward(bertInputs(toyBatch), inference).sequenceOutput,
          sum: sum.forward(bertInputs(toyBatch), inference).sequenceOutput,
        }),
      };
    },
  },
  {
    name: "heads/LateInteraction and maxSim",
    covers: ["LateInteraction", "maxSim"],
    build: (rng) => {
      const model = new LateInteraction({
        encoder: createBert({ ...toyConfig, hiddenLayers: 1, pooler: false }, rng),
        size: 3,
        rng,
      });
      return {
        variables: modelVariables(rng, model),
        forward: () => {
          const inputs = bertInputs(toyBatch);
          const vectors = model.forward(inputs, inference);
          return { vectors, scores: maxSim(vectors, vectors, inputs.attentionMask) };
        },
        differentiate: ["vectors"],
      };
    },
  },
  {
    name: "heads/SparseEmbedder and flopsLoss",
    covers: ["SparseEmbedder", "flopsLoss"],
    build: (rng) => {
      const encoder = createBert({ ...toyConfig, hiddenLayers: 1, pooler: false }, rng);
      const dense = new Dense({ inputSize: toyConfig.hiddenSize, outputSize: 7, rng });
      const scorer = {
        forward: (vectors: tf.Tensor3D) => tf.reshape(dense.forward(vectors), [-1, 7]) as tf.Tensor2D,
      };
      const model = new SparseEmbedder({ encoder, scorer });
      return {
        variables: modelVariables(rng, { encoder, dense }),
        forward: () => {
          const weights = model.forward(bertInputs(toyBatch), inference);
          return { weights, loss: flopsLoss(weights) };
        },
        differentiate: ["weights"],
      };
    },
  },
  {
    name: "heads/SentencePairClassifier and simCseLoss",
    covers: ["SentencePairClassifier", "simCseLoss"],
    build: (rng) => {
      const embedder = new SentenceEmbedder({
        encoder: createBert({ ...toyConfig, hiddenLayers: 1, pooler: false }, rng),
      });
      const model = new SentencePairClassifier({ embedder, labels, rng });
      return {
        variables: modelVariables(rng, model),
        forward: () => {
          const inputs = bertInputs(toyBatch);
          const right = { ...inputs, inputIds: tf.reverse(inputs.inputIds, 0) };
          const pairs = { left: inputs, right, labels: tf.tensor1d([2, 0], "int32") };
          return { ...named(model.loss(pairs, inference)), simCse: simCseLoss(embedder, inputs, training()) };
        },
        differentiate: ["loss", "simCse"],
      };
    },
  },
  {
    name: "heads/SentenceEmbedder, every pooling",
    covers: ["SentenceEmbedder"],
    build: (rng) => {
      const encoder = createBert({ ...toyConfig, hiddenLayers: 1, pooler: false }, rng);
      const embedder = new SentenceEmbedder({ encoder, pooling: sentencePoolings });
      const unit = new SentenceEmbedder({ encoder, normalize: true });
      const inputs = bertInputs(toyBatch);
      return {
        variables: modelVariables(rng, embedder),
        forward: () => ({ vectors: embedder.forward(inputs, training()), unit: unit.predict(inputs) }),
      };
    },
  },
  functionCase(
    "heads/losses of sentence vectors",
    ["multipleNegativesRanking", "cosineSimilarityLoss", "coSentLoss", "tripletLoss", "matryoshkaLoss"],
    { anchors: [3, 4], positives: [3, 4], negatives: [3, 4] },
    (inputs) => {
      const [anchors, positives, negatives] = [inputs["anchors"], inputs["positives"], inputs["negatives"]] as [
        tf.Tensor2D,
        tf.Tensor2D,
        tf.Tensor2D,
      ];
      const scores = tf.tensor1d([0.25, 1, 0.5]);
      return {
        ranking: multipleNegativesRanking(anchors, positives, { negatives, scale: 2, symmetric: true }),
        cosine: cosineSimilarityLoss(anchors, positives, scores),
        coSent: coSentLoss(anchors, positives, scores, { scale: 2 }),
        triplet: tripletLoss(anchors, positives, negatives),
        cosineTriplet: tripletLoss(anchors, positives, negatives, { distance: "cosine", margin: 2 }),
        matryoshka: matryoshkaLoss([anchors, positives], { sizes: [4, 2], weights: [1, 0.5] }, ([u, v]) =>
          multipleNegativesRanking(u!, v!, { scale: 2 }),
        ),
      };
    },
  ),
];
