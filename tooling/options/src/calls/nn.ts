import * as encoder from "@bertkit/encoder";
import { Dense, Embedding, LayerNorm, Lora, LoraAdapter, prefixRules } from "@bertkit/nn";
import { attention } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import type { Calls } from "../call.ts";
import { config, denseNames, rng } from "../fixtures.ts";

export const nnCalls: Calls = {
  "@bertkit/nn: prefixRules(prefixes)": { call: (options) => prefixRules(denseNames, options) },
  "@bertkit/nn: new Dense(options)": {
    call: (options) => new Dense(options),
    required: () => ({ inputSize: 1, outputSize: 1, rng: rng() }),
  },
  "@bertkit/nn: new Embedding(options)": {
    call: (options) => new Embedding(options),
    required: () => ({ count: 2, size: 1, rng: rng() }),
  },
  "@bertkit/nn: new LayerNorm(options)": { call: (options) => new LayerNorm(options), required: () => ({ size: 1 }) },
  "@bertkit/nn: new LoraAdapter(options)": {
    call: (options) => new LoraAdapter(new Dense({ inputSize: 1, outputSize: 1, rng: rng() }), options),
    required: () => ({ rank: 1, scale: 1, rng: rng() }),
  },
  "@bertkit/nn: new Lora(options)": {
    call: (options) => new Lora(encoder.createBert(config, rng()), options),
    required: () => ({ rng: rng() }),
  },
  "@bertkit/ops: attention(options)": {
    call: (options) => {
      const x = tf.zeros<tf.Rank.R4>([1, 1, 2, 2]);
      return attention(x, x, x, options);
    },
  },
};
