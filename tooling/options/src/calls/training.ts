import * as training from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import type { Calls } from "../call.ts";
import { dense, rng } from "../fixtures.ts";

const warmup = { peak: 1, warmupSteps: 1, totalSteps: 4 };

export const trainingCalls: Calls = {
  "@bertkit/training: adamMoments(options)": {
    call: (options) => training.adamMoments(options),
    required: () => ({ beta1: 0.9, beta2: 0.999, epsilon: 1e-6, biasCorrection: true }),
  },
  "@bertkit/training: adafactor(options)": {
    call: (options) => training.adafactor(options),
  },
  "@bertkit/training: lamb(options)": {
    call: (options) => training.lamb(options),
    required: () => ({ learningRate: 0.1 }),
  },
  "@bertkit/training: layerwiseRates(options)": {
    call: (options) => training.layerwiseRates(options)("encoder.layers.0.kernel"),
    required: () => ({ layers: 2, decay: 0.8 }),
  },
  "@bertkit/training: sgd(options)": {
    call: (options) => training.sgd(options),
    required: () => ({ learningRate: 0.1 }),
  },
  "@bertkit/training: warmupConstant(options)": {
    call: (options) => training.warmupConstant(options),
    required: () => warmup,
  },
  "@bertkit/training: warmupCosineDecay(options)": {
    call: (options) => training.warmupCosineDecay(options),
    required: () => warmup,
  },
  "@bertkit/training: warmupPolynomialDecay(options)": {
    call: (options) => training.warmupPolynomialDecay(options),
    required: () => warmup,
  },
  "@bertkit/training: warmupTrapezoid(options)": {
    call: (options) => training.warmupTrapezoid(options),
    required: () => warmup,
  },
  "@bertkit/training: adamW(options)": {
    call: (options) => training.adamW(options),
    required: () => ({ learningRate: 0.1 }),
  },
  "@bertkit/training: muon(options)": { call: (options) => training.muon(options) },
  "@bertkit/training: nadam(options)": { call: (options) => training.nadam(options) },
  "@bertkit/training: nadamMoments(options)": {
    call: (options) => training.nadamMoments(options),
    required: () => ({ beta1: 0.9, beta2: 0.999, epsilon: 1e-6 }),
  },
  "@bertkit/training: optimizerOf(parts)": {
    call: (options) => training.optimizerOf(options),
    required: () => ({ kind: "plain", learningRate: 0.1, transforms: [] }),
  },
  "@bertkit/training: orthogonalMomentum(options)": {
    call: (options) => training.orthogonalMomentum(options),
    required: () => ({ momentum: 0.9, nesterov: true, iterations: 2 }),
  },
  "@bertkit/training: new ProgressLine(options)": {
    call: (options) => new training.ProgressLine(options),
    required: () => ({ totalSteps: 2 }),
  },
  "@bertkit/training: new LossScaler(options)": {
    call: (options) => new training.LossScaler(options),
  },
  "@bertkit/training: googleWarmupDecay(options)": {
    call: (options) => training.googleWarmupDecay(options),
    required: () => ({ peak: 1, warmupSteps: 1, totalSteps: 4 }),
  },
  "@bertkit/training: warmupLinearDecay(options)": {
    call: (options) => training.warmupLinearDecay(options),
    required: () => ({ peak: 1, warmupSteps: 1, totalSteps: 4 }),
  },
  "@bertkit/training: train(options)": {
    call: (options) => training.train(options).next(),
    required: () => {
      const model = dense();
      const loss = (): tf.Scalar => tf.sum(model.forward(tf.ones([1, 1])));
      return { model, batches: [1], optimizer: training.nadam(), rng: rng(), loss };
    },
  },
};
