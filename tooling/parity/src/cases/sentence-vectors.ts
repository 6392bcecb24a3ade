import { bertInputs, createBert } from "@bertkit/encoder";
import {
  cosineSimilarityLoss,
  coSentLoss,
  flopsLoss,
  forwardInMiniBatches,
  LateInteraction,
  LayerFeatures,
  matryoshkaLoss,
  maxSim,
  multipleNegativesRanking,
  SentenceEmbedder,
  SentencePairClassifier,
  sentencePoolings,
  simCseLoss,
  SparseEmbedder,
  tripletLoss,
} from "@bertkit/heads";
import { Dense, inference, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

import { functionCase, modelVariables, named, type ParityCase } from "../parity-case.ts";
import { toyBatch, toyConfig } from "./toy-model.ts";

const labels = ["red", "green", "blue"];
const training = (): { training: true; rng: Rng } => ({ training: true, rng: new Rng(6) });

/** Heads that give vectors, and their losses. */
export const sentenceVectorCases: readonly ParityCase[] = [
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
