import {
  activationOf,
  activations,
  attendHeads,
  BertEmbeddings,
  bertInputs,
  FeedForward,
  GatedFeedForward,
  type Layout,
  layoutOf,
  mergeHeads,
  Pooler,
  PostNormBlock,
  PreNormBlock,
  RelativeKeyPositions,
  RotaryPositions,
  SelfAttention,
  splitHeads,
} from "@bertkit/encoder";
import { inference, LayerNorm, Rng } from "@bertkit/nn";
import type * as tf from "@tensorflow/tfjs-core";

import { functionCase, modelVariables, type ParityCase, variable } from "../parity-case.ts";
import { skippingBatch, toyBatch, toyConfig } from "./toy-model.ts";

/** A training context with the same dropout at every call. */
const training = (): { training: true; rng: Rng } => ({ training: true, rng: new Rng(9) });

function hiddenCase(
  name: string,
  covers: string[],
  make: (rng: Rng) => object,
  run: (model: never, hidden: tf.Tensor2D, layout: Layout) => Record<string, tf.Tensor>,
): ParityCase {
  return {
    name,
    covers,
    build: (rng) => {
      const model = make(rng);
      const hidden = variable<tf.Rank.R2>(rng, [10, 8]);
      const inputs = bertInputs(toyBatch);
      return {
        variables: modelVariables(rng, model, { hidden }),
        forward: () => run(model as never, hidden, layoutOf(inputs)),
      };
    },
  };
}

const size = toyConfig.hiddenSize;

/** The parts of an encoder, each alone. */
export const encoderPartCases: readonly ParityCase[] = [
  {
    name: "encoder/layoutOf",
    covers: ["layoutOf", "bertInputs"],
    build: (rng) => {
      const x = variable<tf.Rank.R2>(rng, [8, 4]);
      const places = variable<tf.Rank.R3>(rng, [2, 5, 4]);
      const inputs = bertInputs(skippingBatch);
      return {
        variables: modelVariables(rng, {}, { x, places }),
        forward: () => {
          const layout = layoutOf(inputs);
          return { zeros: layout.pad(x), rows: layout.unpad(places), any: layout.pad(layout.unpad(places), "any") };
        },
      };
    },
  },
  functionCase("encoder/splitHeads", ["splitHeads", "mergeHeads"], { x: [2, 3, 4], y: [2, 2, 3, 2] }, ({ x, y }) => ({
    split: splitHeads(x as tf.Tensor3D, 2),
    merged: mergeHeads(y as tf.Tensor4D),
  })),
  functionCase("encoder/activations", ["activations", "activationOf"], { x: [3, 6] }, ({ x }) => ({
    given: activationOf(activationOf("silu"))(x!),
    gelu: activations.gelu(x!),
    gelu_tanh: activations.gelu_tanh(x!),
    relu: activations.relu(x!),
    silu: activations.silu(x!),
  })),
  {
    name: "encoder/BertEmbeddings",
    covers: ["BertEmbeddings", "bertInputs"],
    build: (rng) => {
      const embeddings = new BertEmbeddings(toyConfig, rng);
      const inputs = bertInputs(toyBatch);
      return {
        variables: modelVariables(rng, embeddings),
        forward: () => ({
          predicting: embeddings.forward(inputs, inference),
          training: embeddings.forward(inputs, training()),
        }),
      };
    },
  },
  hiddenCase(
    "encoder/SelfAttention",
    ["SelfAttention"],
    (rng) => new SelfAttention({ size, heads: 2, dropout: 0.1, rng }),
    (attention: SelfAttention, hidden, layout) => {
      const predicting = attention.forward(hidden, layout, inference);
      return {
        output: predicting.output,
        probabilities: predicting.probabilities!,
        training: attention.forward(hidden, { ...layout, mask: undefined }, training()).output,
      };
    },
  ),
  {
    name: "encoder/RelativeKeyPositions of one token",
    covers: ["RelativeKeyPositions"],
    build: (rng) => {
      const positions = new RelativeKeyPositions({ headSize: 4, maxPositionEmbeddings: 3, fromKeys: true, rng });
      const [q, k] = [variable<tf.Rank.R4>(rng, [2, 3, 1, 4]), variable<tf.Rank.R4>(rng, [2, 3, 1, 4])];
      return {
        variables: modelVariables(rng, positions, { q, k }),
        forward: () => ({ bias: positions.forward(q, k) }),
      };
    },
  },
  hiddenCase(
    "encoder/SelfAttention, rotary, local, without biases",
    ["SelfAttention", "RotaryPositions", "attendHeads"],
    (rng) => {
      const rotation = new RotaryPositions({ headSize: 4, base: 100 });
      return new SelfAttention({ size, heads: 2, rotation, window: 1, useBias: false, rng });
    },
    (attention: SelfAttention, hidden, layout) => {
      const { output, probabilities } = attention.forward(hidden, layout, inference);
      return { output, probabilities, alone: attendHeads(hidden, hidden, hidden, layout, inference, attention).output };
    },
  ),
  hiddenCase(
    "encoder/GatedFeedForward",
    ["GatedFeedForward"],
    (rng) => new GatedFeedForward({ size, intermediateSize: 6, rng }),
    (feedForward: GatedFeedForward, hidden) => ({ value: feedForward.forward(hidden) }),
  ),
  hiddenCase(
    "encoder/PreNormBlock",
    ["PreNormBlock"],
    (rng) =>
      new PreNormBlock({
        attention: new SelfAttention({ size, heads: 2, rng }),
        attentionNorm: new LayerNorm({ size, useBias: false }),
        feedForward: new GatedFeedForward({ size, intermediateSize: 6, activation: "silu", rng }),
        feedForwardNorm: new LayerNorm({ size }),
        dropout: 0.1,
      }),
    (block: PreNormBlock, hidden, layout) => ({
      predicting: block.forward(hidden, layout, inference).hidden,
      training: block.forward(hidden, layout, training()).hidden,
    }),
  ),
  {
    name: "encoder/BertEmbeddings without types and positions, projected",
    covers: ["BertEmbeddings"],
    build: (rng) => {
      const options = { typeVocabularySize: 0, positionEmbedding: "none", embeddingSize: 3 } as const;
      const embeddings = new BertEmbeddings({ ...toyConfig, ...options }, rng);
      const inputs = bertInputs(toyBatch);
      return {
        variables: modelVariables(rng, embeddings),
        forward: () => ({ value: embeddings.forward(inputs, inference) }),
      };
    },
  },
  hiddenCase(
    "encoder/FeedForward",
    ["FeedForward"],
    (rng) => new FeedForward({ size, intermediateSize: 12, rng }),
    (feedForward: FeedForward, hidden) => ({
      value: feedForward.forward(hidden),
    }),
  ),
  hiddenCase(
    "encoder/Pooler",
    ["Pooler"],
    (rng) => new Pooler({ size, rng }),
    (pooler: Pooler, hidden, layout) => ({ value: pooler.forward(layout.pad(hidden)) }),
  ),
  hiddenCase(
    "encoder/PostNormBlock",
    ["PostNormBlock"],
    (rng) =>
      new PostNormBlock({
        attention: new SelfAttention({ size, heads: 2, rng }),
        attentionNorm: new LayerNorm({ size }),
        feedForward: new FeedForward({ size, intermediateSize: 12, rng }),
        feedForwardNorm: new LayerNorm({ size }),
        dropout: 0.1,
      }),
    (block: PostNormBlock, hidden, layout) => ({
      predicting: block.forward(hidden, layout, inference).hidden,
      training: block.forward(hidden, layout, training()).hidden,
    }),
  ),
];
