import { Dense, Dropout, Embedding, inference, LayerNorm, Lora, recompute, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

import { modelVariables, type ParityCase, variable } from "../parity-case.ts";

export const nnCases: readonly ParityCase[] = [
  {
    name: "nn/Dense",
    covers: ["Dense"],
    build: (rng) => {
      const dense = new Dense({ inputSize: 5, outputSize: 3, rng });
      const x = variable<tf.Rank.R3>(rng, [2, 4, 5]);
      return { variables: modelVariables(rng, dense, { x }), forward: () => ({ value: dense.forward(x) }) };
    },
  },
  {
    name: "nn/Dense without bias",
    covers: ["Dense"],
    build: (rng) => {
      const dense = new Dense({ inputSize: 5, outputSize: 3, useBias: false, rng });
      const x = variable<tf.Rank.R2>(rng, [4, 5]);
      return { variables: modelVariables(rng, dense, { x }), forward: () => ({ value: dense.forward(x) }) };
    },
  },
  {
    name: "nn/Lora",
    covers: ["Lora", "LoraAdapter"],
    build: (rng) => {
      const dense = new Dense({ inputSize: 5, outputSize: 3, rng });
      new Lora({ dense }, { layers: () => true, rank: 2, alpha: 3, trains: () => true, rng }).attach();
      const x = variable<tf.Rank.R3>(rng, [2, 4, 5]);
      return { variables: modelVariables(rng, dense, { x }), forward: () => ({ value: dense.forward(x) }) };
    },
  },
  {
    name: "nn/Embedding",
    covers: ["Embedding"],
    build: (rng) => {
      const embedding = new Embedding({ count: 7, size: 4, rng });
      const ids = tf.tensor2d([6, 0, 6, 3, 3, 3], [2, 3], "int32");
      return { variables: modelVariables(rng, embedding), forward: () => ({ value: embedding.forward(ids) }) };
    },
  },
  {
    name: "nn/LayerNorm",
    covers: ["LayerNorm"],
    build: (rng) => {
      const norm = new LayerNorm({ size: 6 });
      const x = variable<tf.Rank.R3>(rng, [2, 3, 6]);
      return { variables: modelVariables(rng, norm, { x }), forward: () => ({ value: norm.forward(x) }) };
    },
  },
  {
    name: "nn/Dropout",
    covers: ["Dropout"],
    build: (rng) => {
      const dropout = new Dropout(0.4);
      const x = variable<tf.Rank.R2>(rng, [6, 5]);
      return {
        variables: new Map([["x", x]]),
        forward: () => ({
          training: dropout.forward(x, { training: true, rng: new Rng(3) }),
          predicting: tf.mul(dropout.forward(x, inference), 1),
        }),
      };
    },
  },
  {
    name: "nn/recompute, with dropout",
    covers: ["recompute"],
    build: (rng) => {
      const dense = new Dense({ inputSize: 5, outputSize: 5, rng });
      const dropout = new Dropout(0.4);
      const x = variable<tf.Rank.R2>(rng, [6, 5]);
      return {
        variables: modelVariables(rng, dense, { x }),
        forward: () => {
          const training = { training: true, rng: new Rng(3) };
          const layer = (x: tf.Tensor2D): tf.Tensor2D =>
            recompute(dense, x, training, (x, context) => tf.tanh(dropout.forward(dense.forward(x), context)));
          return { value: layer(layer(x)) };
        },
      };
    },
  },
  {
    name: "nn/two layers that share a kernel",
    covers: ["Dense", "LayerNorm"],
    build: (rng) => {
      const shared = new Dense({ inputSize: 4, outputSize: 4, rng });
      const model = [shared, new LayerNorm({ size: 4 }), shared] as const;
      const x = variable<tf.Rank.R2>(rng, [3, 4]);
      return {
        variables: modelVariables(rng, model, { x }),
        forward: () => ({ value: model.reduce((hidden, part) => part.forward(hidden), x as tf.Tensor2D) }),
      };
    },
  },
];
