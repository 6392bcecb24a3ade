import {
  adamW,
  changeEach,
  clipByGlobalNorm,
  clipScale,
  decayWeights,
  globalNorm,
  adafactor,
  lamb,
  layerwiseRates,
  muon,
  nadam,
  type Optimizer,
  optimizerByPath,
  optimizerOf,
  orthogonalize,
  scaleByRate,
  sgd,
  type Transform,
} from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";

import { type ParityCase, numbers, variable } from "../parity-case.ts";

/** Three updates with different gradients; compares the final values of the variables. */
function optimizerCase(name: string, covers: string[], make: () => Optimizer): ParityCase {
  return {
    name: `training/${name}`,
    covers,
    build: (rng) => {
      const weights = new Map<string, tf.Variable>([
        ["kernel", variable<tf.Rank.R2>(rng, [5, 7])],
        ["bias", variable<tf.Rank.R1>(rng, [7])],
      ]);
      const steps = Array.from({ length: 3 }, () =>
        [...weights].map(([path, { size, shape }]) => ({ path, shape, values: numbers(rng, size) })),
      );
      return {
        variables: new Map(),
        forward: () => {
          const optimizer = make();
          for (const gradients of steps) {
            optimizer.update(
              weights,
              new Map(gradients.map(({ path, shape, values }) => [path, tf.tensor(values, shape)])),
            );
          }
          optimizer.dispose();
          return Object.fromEntries([...weights].map(([path, weight]) => [path, tf.clone(weight)]));
        },
      };
    },
  };
}

/** A transform that the package does not have. */
function momentum(share: number): Transform {
  return {
    slots: ["mean"],
    ...changeEach((gradient, path, { slot }) => {
      const mean = slot("mean", path);
      mean.assign(tf.add(tf.mul(mean, share), gradient));
      return mean;
    }),
  };
}

export const trainingCases: readonly ParityCase[] = [
  optimizerCase("adamW", ["adamW", "adamMoments", "scaleByRate"], () => adamW({ learningRate: 0.05 })),
  optimizerCase("adamW as in google-research/bert", ["adamW"], () =>
    adamW({ learningRate: (step) => 0.1 / step, weightDecay: 0.1, biasCorrection: false }),
  ),
  optimizerCase("adamW without clipping", ["adamW"], () =>
    adamW({ learningRate: 0.05, clipNorm: Infinity, weightDecay: 0 }),
  ),
  optimizerCase("adamW as in PyTorch", ["adamW"], () => adamW({ learningRate: 0.05, dialect: "pytorch" })),
  optimizerCase("adamW with rates by path", ["adamW", "layerwiseRates"], () =>
    adamW({ learningRate: 0.05, rateOf: layerwiseRates({ layers: 2, decay: 0.9 }) }),
  ),
  optimizerCase("adafactor", ["adafactor"], () => adafactor({ learningRate: 0.05, beta1: 0.9 })),
  optimizerCase("lamb", ["lamb", "scaleByTrustRatio"], () => lamb({ learningRate: 0.05 })),
  optimizerCase("sgd", ["sgd", "sumWithMomentum"], () =>
    sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
  ),
  optimizerCase("nadam", ["nadam", "nadamMoments"], () => nadam({ learningRate: 0.05 })),
  optimizerCase("nadam with clipping", ["nadam"], () => nadam({ learningRate: 0.05, clipNorm: 0.5 })),
  optimizerCase("muon for the matrix, adamW for the rest", ["muon", "optimizerByPath", "orthogonalMomentum"], () =>
    optimizerByPath([
      { optimizer: muon({ weightDecay: 0.1 }), updates: (path) => path === "kernel" },
      { optimizer: adamW({ learningRate: 0.05 }) },
    ]),
  ),
  optimizerCase("a custom optimizer with momentum", ["optimizerOf", "clipByGlobalNorm", "decayWeights"], () =>
    optimizerOf({
      kind: "momentum",
      learningRate: (step) => 0.1 / step,
      transforms: [clipByGlobalNorm(0.5), momentum(0.9), decayWeights(0.1), scaleByRate()],
    }),
  ),
  {
    name: "training/orthogonalize",
    covers: ["orthogonalize"],
    build: (rng) => {
      const [wide, tall] = [variable<tf.Rank.R3>(rng, [2, 3, 8]), variable<tf.Rank.R3>(rng, [1, 9, 4])];
      return {
        variables: new Map(),
        forward: () => ({ wide: orthogonalize(wide, 5), tall: orthogonalize(tall, 5) }),
      };
    },
  },
  {
    name: "training/globalNorm of 11.7 million numbers",
    covers: ["globalNorm"],
    build: () => ({
      variables: new Map(),
      forward: () => {
        const ones = tf.add(tf.fill([11_720_448], 0.5), 0.5);
        return { norm: globalNorm([tf.mul(ones, 0.1)]), mean: tf.mean(ones) };
      },
    }),
  },
  {
    name: "training/clipScale of globalNorm",
    covers: ["clipScale", "globalNorm"],
    build: (rng) => {
      const gradients = [variable<tf.Rank.R2>(rng, [3, 4]), variable<tf.Rank.R1>(rng, [5])];
      return {
        variables: new Map(),
        forward: () => ({
          norm: globalNorm(gradients),
          clipped: clipScale(globalNorm(gradients), 1),
          short: clipScale(globalNorm(gradients), 100),
        }),
      };
    },
  },
];
