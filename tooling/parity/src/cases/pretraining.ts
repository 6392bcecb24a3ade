import { type Bert, createBert } from "@bertkit/encoder";
import { inference } from "@bertkit/nn";
import {
  maskedLmObjective,
  MaskedLmHead,
  nextSentenceObjective,
  NextSentenceHead,
  type Objective,
  pretrainingTensors,
  sumObjectives,
} from "@bertkit/pretraining";
import * as tf from "@tensorflow/tfjs-core";

import { modelVariables, type ParityCase, variable } from "../parity-case.ts";
import { toyBatch, toyConfig } from "./toy-model.ts";

const batch = {
  ...toyBatch,
  maskedPositions: Int32Array.of(1, 2, 0, 1, 2, 3),
  maskedIds: Int32Array.of(8, 9, 0, 10, 5, 4),
  maskedWeights: Float32Array.of(1, 1, 0, 1, 1, 1),
  maxPredictions: 3,
  nextSentenceLabels: Int32Array.of(0, 1),
};

type Rng = Parameters<ParityCase["build"]>[0];

function objectiveCase(
  name: string,
  covers: string[],
  pooler: boolean,
  make: (encoder: Bert, rng: Rng) => Objective,
): ParityCase {
  return {
    name,
    covers: ["pretrainingTensors", "objective", ...covers],
    build: (rng) => {
      const encoder = createBert({ ...toyConfig, hiddenLayers: 1, pooler }, rng);
      const objective = make(encoder, rng);
      const tensors = pretrainingTensors(batch);
      return {
        variables: modelVariables(rng, [encoder, objective]),
        forward: () => {
          const { loss, metrics } = objective.loss(encoder, tensors, inference);
          return {
            loss: tf.mul(loss, 1),
            ...Object.fromEntries(Object.entries(metrics).map(([key, value]) => [`metrics.${key}`, tf.mul(value, 1)])),
          };
        },
        differentiate: ["loss"],
      };
    },
  };
}

export const pretrainingCases: readonly ParityCase[] = [
  {
    name: "pretraining/MaskedLmHead",
    covers: ["MaskedLmHead"],
    build: (rng) => {
      const head = new MaskedLmHead({ encoder: createBert(toyConfig, rng), rng });
      const sequence = variable<tf.Rank.R3>(rng, [2, 5, 8]);
      const positions = tf.tensor2d([0, 4, 2, 2], [2, 2], "int32");
      return {
        variables: modelVariables(rng, head, { sequence }),
        forward: () => ({ everywhere: head.forward(sequence), somewhere: head.forward(sequence, positions) }),
      };
    },
  },
  {
    name: "pretraining/NextSentenceHead",
    covers: ["NextSentenceHead"],
    build: (rng) => {
      const head = new NextSentenceHead({ encoder: createBert(toyConfig, rng), rng });
      const pooled = variable<tf.Rank.R2>(rng, [3, 8]);
      return { variables: modelVariables(rng, head, { pooled }), forward: () => ({ value: head.forward(pooled) }) };
    },
  },
  objectiveCase("pretraining/maskedLmObjective", ["maskedLmObjective"], false, (encoder, rng) =>
    maskedLmObjective(new MaskedLmHead({ encoder, rng })),
  ),
  objectiveCase("pretraining/nextSentenceObjective", ["nextSentenceObjective"], true, (encoder, rng) =>
    nextSentenceObjective(new NextSentenceHead({ encoder, rng })),
  ),
  objectiveCase("pretraining/sumObjectives", ["sumObjectives"], true, (encoder, rng) =>
    sumObjectives(
      maskedLmObjective(new MaskedLmHead({ encoder, rng })),
      nextSentenceObjective(new NextSentenceHead({ encoder, rng })),
    ),
  ),
];
