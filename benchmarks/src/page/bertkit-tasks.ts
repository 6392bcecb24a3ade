// The tasks on bertkit: each prepares what it needs and returns one call.
import { bertInputs, bertSizes, createBert } from "@bertkit/encoder";
import { inference, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { featureExtraction, fromPretrained } from "bertkit";

import { pretrainingRun } from "../pretraining-run.ts";
import { randomBatch } from "../random-batch.ts";
import type { Task } from "./contender.ts";

export const vocabularySize = 30_522;

export const sizeOf = (task: Task) => ({
  ...bertSizes[task.size],
  vocabularySize,
  hiddenDropout: 0,
  attentionDropout: 0,
});

export const predictionsOf = ({ length }: Task): number => Math.round(length * 0.15);

export async function training(task: Task): Promise<() => Promise<number[]>> {
  const { rows, length } = task;
  const predictions = predictionsOf(task);
  const shapes = Array.from({ length: task.calls + 1 }, () => ({ rows, length, predictions }));
  const { steps } = pretrainingRun(sizeOf(task), shapes);
  return async () => {
    const { value } = await steps.next();
    return [value!.loss];
  };
}

export async function forward(task: Task): Promise<() => Promise<number[]>> {
  const rng = new Rng(0);
  const encoder = createBert(sizeOf(task), rng);
  const batch = randomBatch({ ...task, predictions: 1, vocabularySize }, rng);
  return async () => {
    const output = tf.tidy(() => encoder.forward(bertInputs(batch), inference).sequenceOutput);
    const values = await output.data();
    output.dispose();
    return Array.from(values.subarray(0, 8));
  };
}

export async function texts({ texts: given }: Task): Promise<() => Promise<number[]>> {
  const model = await fromPretrained(new URL("/models/minilm/", location.href).href);
  const extract = featureExtraction(model as Parameters<typeof featureExtraction>[0]);
  return async () => Array.from((await extract(given!))[0]!.subarray(0, 8));
}
