import * as encoder from "@bertkit/encoder";
import { Dropout, inference, LayerNorm } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Calls } from "../call.ts";
import { bert, config, inputs, rng, size } from "../fixtures.ts";

const blockParts = (): encoder.PostNormBlockParts => ({
  attention: new encoder.SelfAttention({ size, heads: 2, rng: rng() }),
  attentionNorm: new LayerNorm({ size }),
  feedForward: new encoder.FeedForward({ size, intermediateSize: 8, rng: rng() }),
  feedForwardNorm: new LayerNorm({ size }),
});

export const encoderCalls: Calls = {
  "@bertkit/encoder: checkBertConfig(config)": {
    call: (options) => encoder.checkBertConfig(options),
    required: () => config,
  },
  "@bertkit/encoder: new BertEmbeddings(config)": {
    call: (options) => new encoder.BertEmbeddings(options, rng()),
    required: () => config,
  },
  "@bertkit/encoder: new BertEncoder(parts)": {
    call: (options) => new encoder.BertEncoder(options),
    required: () => ({ hiddenSize: size, embeddings: bert.embeddings, layers: bert.layers }),
  },
  "@bertkit/encoder: BertEncoder.forward(request)": { call: (options) => bert.forward(inputs, inference, options) },
  "@bertkit/encoder: createBert(config)": {
    call: (options) => encoder.createBert(options, rng()),
    required: () => config,
  },
  "@bertkit/encoder: createBert(parts)": { call: (options) => encoder.createBert(config, rng(), options) },
  "@bertkit/encoder: new PostNormBlock(parts)": {
    call: (options) => new encoder.PostNormBlock(options),
    required: blockParts,
  },
  "@bertkit/encoder: new PreNormBlock(parts)": {
    call: (options) => new encoder.PreNormBlock(options),
    required: blockParts,
  },
  "@bertkit/encoder: new GatedFeedForward(options)": {
    call: (options) => new encoder.GatedFeedForward(options),
    required: () => ({ size, intermediateSize: 8, rng: rng() }),
  },
  "@bertkit/encoder: new RotaryPositions(options)": {
    call: (options) => new encoder.RotaryPositions(options),
    required: () => ({ headSize: 4 }),
  },
  "@bertkit/encoder: startWithNeighborAttention(options)": {
    call: (options) => encoder.startWithNeighborAttention(encoder.createBert(config, rng()), options),
    required: () => ({ offsets: [1, -1] }),
  },
  "@bertkit/encoder: new FeedForward(options)": {
    call: (options) => new encoder.FeedForward(options),
    required: () => ({ size, intermediateSize: 8, rng: rng() }),
  },
  "@bertkit/encoder: new Pooler(options)": {
    call: (options) => new encoder.Pooler(options),
    required: () => ({ size, rng: rng() }),
  },
  "@bertkit/encoder: new RelativeKeyPositions(options)": {
    call: (options) => new encoder.RelativeKeyPositions(options),
    required: () => ({ headSize: 4, maxPositionEmbeddings: 8, rng: rng() }),
  },
  "@bertkit/encoder: attendHeads(options)": {
    call: (options) => {
      const x = tf.zeros<tf.Rank.R2>([inputs.inputIds.size, size]);
      return encoder.attendHeads(x, x, x, encoder.layoutOf(inputs), inference, options);
    },
    required: () => ({ heads: 2, dropout: new Dropout(0) }),
  },
  "@bertkit/encoder: new SelfAttention(options)": {
    call: (options) => new encoder.SelfAttention(options),
    required: () => ({ size, heads: 2, rng: rng() }),
  },
};
